package tables

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReplaceFile writes a file whole or not at all: under a temporary name beside
// path, synced, then renamed to it. The folder must exist.
func ReplaceFile(path string, write func(io.Writer) error) (err error) {
	temporary := filepath.Join(filepath.Dir(path), temporaryName(filepath.Base(path)))
	defer func() {
		if err != nil {
			os.Remove(temporary)
		}
	}()
	if err := writeSynced(temporary, write); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// temporaryName is a hidden name that no other writer picks.
func temporaryName(base string) string { return "." + base + "." + rand.Text()[:12] + ".tmp" }

// writeSynced writes a new file and waits until it is on the disk.
func writeSynced(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	const buffer = 256 << 10
	b := bufio.NewWriterSize(f, buffer)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// syncFolder makes renames in a folder lasting, where the system can.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, os.ErrPermission) {
		return err
	}
	return nil
}

// WriteCSV writes the tables into a folder, one file each. All files are written
// aside and synced first; then a new folder appears under its name at once, and
// in an existing one each file is replaced at once. Other files stay as they are.
// After an error the folder is as before, unless a rename failed half-way.
func WriteCSV(ctx context.Context, folder string, tables ...Table) (err error) {
	folder = filepath.Clean(folder)
	info, err := os.Stat(folder)
	exists := err == nil
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case exists && !info.IsDir():
		return fmt.Errorf("%s is a file: name a folder for the tables", folder)
	}
	parent := folder // an existing folder may be a file system of its own
	if !exists {
		parent = filepath.Dir(folder)
		if err := os.MkdirAll(parent, 0o777); err != nil {
			return err
		}
	}
	aside := filepath.Join(parent, temporaryName(filepath.Base(folder)))
	if filepath.Base(folder) == "." || filepath.Base(folder) == ".." {
		aside = filepath.Join(parent, temporaryName("tables"))
	}
	if err := os.Mkdir(aside, 0o777); err != nil {
		return err
	}
	defer func() {
		if err != nil || exists {
			os.RemoveAll(aside)
		}
	}()
	files, err := writeAside(ctx, aside, folder, tables)
	if err != nil {
		return err
	}
	if !exists {
		if err := os.Rename(aside, folder); err != nil {
			return err
		}
		return syncFolder(parent)
	}
	for _, file := range files {
		if err := os.Rename(filepath.Join(aside, file), filepath.Join(folder, file)); err != nil {
			return err
		}
	}
	return syncFolder(folder)
}

// Save writes the tables to path: as one JSON document if that ends in .json,
// else as a folder of CSV files. Package xlsx saves workbooks.
func Save(ctx context.Context, path string, tables ...Table) error {
	if !strings.EqualFold(filepath.Ext(path), ".json") {
		return WriteCSV(ctx, path, tables...)
	}
	return ReplaceFile(path, func(w io.Writer) error { return WriteJSON(ctx, w, tables...) })
}

// writeAside writes the files of the tables and names them. An empty table
// that may be left out is written all the same where an older file would stay.
func writeAside(ctx context.Context, aside, folder string, tables []Table) ([]string, error) {
	var files []string
	for _, t := range tables {
		file := t.Name + ".csv"
		if t.OmitEmpty && t.empty() {
			if _, err := os.Stat(filepath.Join(folder, file)); errors.Is(err, fs.ErrNotExist) {
				continue
			}
		}
		err := writeSynced(filepath.Join(aside, file), func(w io.Writer) error { return t.CSV(ctx, w) })
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, syncFolder(aside)
}

// empty reports whether a table has no rows.
func (t Table) empty() bool {
	for range t.Rows {
		return false
	}
	return true
}
