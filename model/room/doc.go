// Package room is the live room: Hub.Do is the only way to change an incident,
// Hub.Incident and Hub.Board hand out immutable snapshots, Subscribe says when
// there is a newer one, and Join puts a session on the presence list.
//
// A Hub belongs to one server process. Everything in it may be called from any
// goroutine. What Peek, Board, People, Health and Account answer comes from
// memory and never waits; everything that takes a context may wait for the database.
package room
