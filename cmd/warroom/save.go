package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"warroom/model"
)

// saveFile writes a new file, for its owner alone, and gives its full path. It
// never overwrites one, and leaves no half of one behind.
func saveFile(name string, body []byte) (string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", model.Invalid("%s: %v", name, reason(err)).Because(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return "", model.Conflict("%s is there already", path).Hint("name another file with --output, or move that one away")
	case err != nil:
		return "", model.Invalid("%s cannot be written: %v", path, reason(err)).Hint("name another file with --output").Because(err)
	}
	_, err = f.Write(body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(model.Invalid("%s cannot be written: %v", path, reason(err)).Hint("make room, or name another file with --output").Because(err), os.Remove(path))
	}
	return path, nil
}
