//go:build unix

package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// executableBit says whether files have an executable bit.
const executableBit = true

// mayStageBeside reports whether files of parent can be renamed into dir, and parent is writable. A
// missing folder is created in parent.
func mayStageBeside(dir, parent string) bool {
	var kit, above unix.Stat_t
	if unix.Stat(dir, &kit) != nil || unix.Stat(parent, &above) != nil {
		return true
	}
	return kit.Dev == above.Dev && unix.Access(parent, unix.W_OK) == nil
}

// lockFolder locks a folder until the file is closed or the process ends. The error is errLocked if
// another process has the lock, and fs.ErrNotExist if the folder was removed before it could be
// locked.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir, syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, err
	}
	mine, err1 := f.Stat()
	there, err2 := os.Lstat(dir)
	if err1 != nil || err2 != nil || !os.SameFile(mine, there) {
		f.Close()
		return nil, fs.ErrNotExist
	}
	return f, nil
}

// syncDir makes the names in a folder durable, if the file system supports it.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
