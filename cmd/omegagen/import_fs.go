package main

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"time"
)

// manifestIn is a folder with a manifest in memory instead of those that it has.
type manifestIn struct {
	manifest oneFile
	folder   fs.FS
}

// Open opens the manifest or another file of the folder.
func (m manifestIn) Open(name string) (fs.File, error) {
	if name == "." || path.Dir(name) == "." && path.Ext(name) == ".hcl" {
		return m.manifest.Open(name)
	}
	return m.folder.Open(name)
}

// Lstat is what is known of a file of the folder.
func (m manifestIn) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(m.folder, name) }

// ReadLink reads a link in the folder.
func (m manifestIn) ReadLink(name string) (string, error) { return fs.ReadLink(m.folder, name) }

// oneFile is a folder in memory with a manifest, and nothing else.
type oneFile []byte

// Open opens the folder or its file.
func (o oneFile) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &oneFolder{o: o}, nil
	case initName:
		return &oneOpen{Reader: bytes.NewReader(o), size: int64(len(o))}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// oneOpen is the open file, and what is known of it.
type oneOpen struct {
	*bytes.Reader
	size int64
}

func (f *oneOpen) Stat() (fs.FileInfo, error) { return f, nil }
func (f *oneOpen) Close() error               { return nil }
func (f *oneOpen) Name() string               { return initName }
func (f *oneOpen) Size() int64                { return f.size }
func (f *oneOpen) Mode() fs.FileMode          { return 0o644 }
func (f *oneOpen) ModTime() time.Time         { return time.Time{} }
func (f *oneOpen) IsDir() bool                { return false }
func (f *oneOpen) Sys() any                   { return nil }

// oneFolder is the open folder.
type oneFolder struct {
	o    oneFile
	done bool
}

func (d *oneFolder) Stat() (fs.FileInfo, error) { return folderInfo{}, nil }
func (d *oneFolder) Close() error               { return nil }
func (d *oneFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: ".", Err: fs.ErrInvalid}
}

// ReadDir lists the file.
func (d *oneFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if d.done {
		if n > 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	d.done = true
	return []fs.DirEntry{fs.FileInfoToDirEntry(&oneOpen{size: int64(len(d.o))})}, nil
}

type folderInfo struct{}

func (folderInfo) Name() string       { return "." }
func (folderInfo) Size() int64        { return 0 }
func (folderInfo) Mode() fs.FileMode  { return fs.ModeDir | 0o755 }
func (folderInfo) ModTime() time.Time { return time.Time{} }
func (folderInfo) IsDir() bool        { return true }
func (folderInfo) Sys() any           { return nil }
