//go:build unix

package loader_test

import "syscall"

// makePipe creates a named pipe.
func makePipe(name string) error { return syscall.Mkfifo(name, 0o644) }
