package store

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// executableBit says whether files have an executable bit.
const executableBit = false

// mayStageBeside reports whether files of parent can be renamed into dir. A
// folder and its parent are on one volume: Open has resolved links.
func mayStageBeside(dir, parent string) bool { return true }

// lockFolder locks a folder until the file is closed or the process ends. The error is errLocked if
// another process has the lock. The lock is a file next to the folder that nobody else can open, and
// that Windows removes when it is closed: an open file in the folder would prevent the folder from
// being removed.
func lockFolder(dir string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(dir + ".lock")
	if err != nil {
		return nil, err
	}
	const alone = 0 // shared with nobody
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, alone, nil, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, errLocked
	} else if err != nil {
		return nil, &os.PathError{Op: "lock", Path: dir, Err: err}
	}
	return os.NewFile(uintptr(h), dir+".lock"), nil
}

// syncDir does nothing: Windows has no folder handle to flush, and NTFS journals names itself.
func syncDir(dir string) error { return nil }
