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

// limits end a command before it has its answer: a time since the program
// started, a size of the whole program in memory, Ctrl-C. What is at work polls
// reached; what does not is left behind a moment later (see unless).
type limits struct {
	start   time.Time
	timeout time.Duration // 0: none
	memory  int64         // bytes; 0: unlimited

	hit     atomic.Bool
	reached chan struct{} // closed when hit
	quit    chan struct{} // closed when the command has its answer
	gone    chan struct{} // closed when the watch has ended

	terminal        io.Writer // for a progress line; nil: none
	bound, expanded atomic.Int64
	scale           atomic.Pointer[big.Int]
}

// watch begins to look after limits. The caller calls close before it prints
// an answer.
func (a *app) watch(timeout time.Duration, memory int64) *limits {
	l := &limits{start: a.start, timeout: timeout, memory: memory,
		reached: make(chan struct{}), quit: make(chan struct{}), gone: make(chan struct{})}
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

// outsideHeap is what the program takes of memory beside its heap: its own
// text and data, stacks, and what the collector lags behind.
const outsideHeap = 48 << 20

const (
	pollEvery     = 5 * time.Millisecond
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

func (l *limits) run(signals chan os.Signal) {
	defer close(l.gone)
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
	var asked time.Time // when a signal came first
	for {
		select {
		case <-l.quit:
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
				// A signal may come twice at once, to the program and to its
				// group; one that comes later is meant to end it.
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

// progress is the line that a person at a terminal sees.
func (l *limits) progress(took time.Duration) string {
	s := text.Duration(took.Truncate(time.Second)) + ": "
	scale := l.scale.Load()
	if scale == nil {
		return s + "preparing"
	}
	bound, n := new(big.Rat).SetFrac(big.NewInt(l.bound.Load()), scale), l.expanded.Load()
	return s + fmt.Sprintf("no plan costs less than %s; %d states expanded, %.0f a second", number(bound), n, float64(n)/took.Seconds())
}

// tell takes note of how far a search is.
func (l *limits) tell(bound, expanded int64, scale *big.Int) {
	l.bound.Store(bound)
	l.expanded.Store(expanded)
	if l.scale.Load() != scale {
		l.scale.Store(scale)
	}
}

// close ends the watch, and takes the progress line away.
func (l *limits) close() {
	close(l.quit)
	<-l.gone
}

// searchBytes is what a search may take of the memory from now on; 0 is
// unlimited.
func (l *limits) searchBytes() int64 {
	if l.memory == 0 {
		return 0
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return max(l.memory-outsideHeap-int64(m.HeapAlloc)-l.memory/16, 1<<20)
}

// unless does work, and reports whether it ended before a limit and grace after
// it. Work that did not is left behind, and its results must not be looked at:
// the program is about to end.
func unless[T any](l *limits, grace time.Duration, work func() T) (res T, ok bool) {
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

// grace is how long work that polls may take to end.
func (l *limits) grace() time.Duration { return max(l.timeout/20, 100*time.Millisecond) }
