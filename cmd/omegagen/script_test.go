package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/omegagen/omegagen/internal/tooltest"
)

var update = flag.Bool("update", false, "rewrite the expectations of testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"omegagen": main})
}

// TestScript runs sessions as a user would type them.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		WorkdirRoot:         t.TempDir(), // its own stays if -run selects some sessions, or one ends early
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			wd, err := os.Getwd()
			if err != nil {
				return err
			}
			env.Setenv("EXAMPLES", wd+"/../../examples")
			return nil
		},
		// [missing:PROGRAM]: a program that a session requires is missing.
		Condition: func(cond string) (bool, error) {
			program, ok := strings.CutPrefix(cond, "missing:")
			if !ok {
				return false, fmt.Errorf("there is no condition %q", cond)
			}
			return tooltest.Absent(program)
		},
		// exit CODE command…: like exec, and the exit code must be CODE.
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exit": exitCode},
	})
}

func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE command [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = err.Error()
		if n, ok := err.(interface{ ExitCode() int }); ok {
			got = itoa(n.ExitCode())
		}
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, not %s", got, args[0])
	}
}

func itoa(n int) string {
	if n < 0 {
		return "signal"
	}
	return string(rune('0' + n%10)) // the codes are single digits
}
