package main

import (
	"fmt"
	"io"
	"math/big"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/omegagen/omegagen/internal/text"
)

// limits stop a command before it has its result: a time since the program started, the memory of the
// whole program, Ctrl-C. Long-running code polls reached; code that doesn't is abandoned after a grace
// period (see runUntilLimit).
type limits struct {
	start   time.Time
	timeout time.Duration // 0: none
	memory  int64         // bytes; 0: unlimited

	hit        atomic.Bool
	reached    chan struct{} // closed when hit
	done       chan struct{} // closed when the command has its result
	watchEnded chan struct{} // closed when the watch has ended

	terminal        io.Writer // for a progress line; nil: none
	bound, expanded atomic.Int64
	scale           atomic.Pointer[big.Int]
}

// watch starts checking the limits. The caller calls close before it prints a result.
func (a *app) watch(timeout time.Duration, memory int64) *limits {
	l := &limits{start: a.start, timeout: timeout, memory: memory,
		reached: make(chan struct{}), done: make(chan struct{}), watchEnded: make(chan struct{})}
	if a.terminal {
		l.terminal = a.stderr
	}
	if memory > 0 {
		debug.SetMemoryLimit(memory - outsideHeap)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go l.run(signals)
	return l
}

// outsideHeap is the memory of the program outside its heap: its text and data, stacks, and garbage
// that isn't collected yet.
const outsideHeap = 48 << 20

const (
	pollEvery     = 5 * time.Millisecond
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

func (l *limits) run(signals chan os.Signal) {
	defer close(l.watchEnded)
	defer signal.Stop(signals)
	ticks := time.NewTicker(pollEvery)
	defer ticks.Stop()
	shown, last := false, time.Time{}
	defer func() {
		if shown {
			fmt.Fprint(l.terminal, eraseLine)
		}
	}()
	reach := func() {
		if !l.hit.Swap(true) {
			close(l.reached)
		}
	}
	var asked time.Time // if a signal came first
	for {
		select {
		case <-l.done:
			return
		case <-signals:
			if reach(); asked.IsZero() {
				asked = time.Now()
			}
		case now := <-ticks.C:
			took := now.Sub(l.start)
			if l.timeout > 0 && took >= l.timeout || l.memory > 0 && peakBytes() > l.memory {
				reach()
			}
			if !asked.IsZero() && now.Sub(asked) > time.Second {
				// A signal may arrive twice at once, for the program and for its group; a later one is meant to stop
				// the program.
				signal.Stop(signals)
			}
			if l.terminal != nil && took >= progressAfter && now.Sub(last) >= progressEvery {
				fmt.Fprint(l.terminal, eraseLine, l.progress(took))
				shown, last = true, now
			}
		}
	}
}

const eraseLine = "\r\x1b[K"

// progress is the status line on a terminal.
func (l *limits) progress(took time.Duration) string {
	s := text.Duration(took.Truncate(time.Second)) + ": "
	scale := l.scale.Load()
	if scale == nil {
		return s + "preparing"
	}
	bound, n := new(big.Rat).SetFrac(big.NewInt(l.bound.Load()), scale), l.expanded.Load()
	return s + fmt.Sprintf("no plan costs less than %s; %d states expanded, %.0f a second", number(bound), n, float64(n)/took.Seconds())
}

// reportProgress records the progress of a search.
func (l *limits) reportProgress(bound, expanded int64, scale *big.Int) {
	l.bound.Store(bound)
	l.expanded.Store(expanded)
	if l.scale.Load() != scale {
		l.scale.Store(scale)
	}
}

// close ends the watch, and erases the status line.
func (l *limits) close() {
	close(l.done)
	<-l.watchEnded
}

// searchBytes is the memory that a search may use from now on; 0 is unlimited.
func (l *limits) searchBytes() int64 {
	if l.memory == 0 {
		return 0
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return max(l.memory-outsideHeap-int64(m.HeapAlloc)-l.memory/16, 1<<20)
}

// runUntilLimit does work, and reports whether it finished before a limit and its grace period.
// Otherwise the work is abandoned, and its results must not be read: the program is about to exit.
func runUntilLimit[T any](l *limits, grace time.Duration, work func() T) (res T, ok bool) {
	done := make(chan T, 1)
	go func() { done <- work() }()
	select {
	case res = <-done:
		return res, true
	case <-l.reached:
	}
	select {
	case res = <-done:
		return res, true
	case <-time.After(grace):
		return res, false
	}
}

// grace is how long polling code may take to stop.
func (l *limits) grace() time.Duration { return max(l.timeout/20, 100*time.Millisecond) }
