package roomtest

import (
	"context"
	"maps"
	"slices"

	"warroom/model"
	"warroom/model/room"
)

// NewReportID implements room.Store.
func (s *Store) NewReportID(ctx context.Context) (string, error) {
	if err := s.enter(ctx); err != nil {
		return "", err
	}
	defer s.mu.Unlock()
	s.numbers[0]++
	return model.ReportID(s.numbers[0]), nil
}

// ReportOf implements room.Store.
func (s *Store) ReportOf(ctx context.Context, key string) (string, bool, error) {
	if err := s.enter(ctx); err != nil {
		return "", false, err
	}
	defer s.mu.Unlock()
	id := s.reportOf(key)
	return id, id != "", nil
}

func (s *Store) reportOf(key string) string {
	for id, in := range s.states {
		if in.Report != nil && key != "" && in.Report.Key() == key {
			return id
		}
	}
	return ""
}

// OpenAssets implements room.Store.
func (s *Store) OpenAssets(ctx context.Context) ([]room.AssetName, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []room.AssetName
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		for _, a := range s.states[id].Assets {
			if s.states[id].Open() && a.Retracted == "" {
				out = append(out, room.AssetName{Incident: id, Name: a.Name})
			}
		}
	}
	return out, nil
}
