//go:build unix

package main

import (
	"bytes"
	"math/big"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/planner"
)

// TestCtrlCIsALimit sends this process the signal during planning.
func TestCtrlCIsALimit(t *testing.T) {
	a := &app{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, lookupEnv: os.LookupEnv, start: time.Now()}
	c, err := a.load(endless(t), &manifestFlags{})
	if err != nil || c.diags.HasErrors() {
		t.Fatal(err, c.diags)
	}
	l := a.watch(0, 0)
	defer l.close()
	begun := false
	p := planner.For(c.manifest, nil, planner.Options{Stop: l.hit.Load, Progress: func(bound, expanded int64, _ *big.Int) {
		if expanded == 5 && !begun {
			begun = true
			if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
				t.Error(err)
			}
		}
	}})
	if !begun || !p.Search.Limited || planStatus(p) != exitStatus(exitLimit) {
		t.Errorf("%s, limited: %v", p.Status, p.Search.Limited)
	}
}
