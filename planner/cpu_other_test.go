//go:build !unix

package planner_test

// cpuSeconds is 0: the time that a process used is read on Unix alone.
func cpuSeconds() float64 { return 0 }
