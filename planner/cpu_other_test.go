//go:build !unix

package planner_test

// cpuSeconds is 0: a process's CPU time is only read on Unix.
func cpuSeconds() float64 { return 0 }
