// Command omegagen compiles one HCL manifest into a whole deployment kit.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes, a contract with users' CI scripts.
const (
	exitOK     = 0 // done; warnings alone are 0
	exitError  = 1 // the manifest, the plan or an artifact is in error
	exitUsage  = 2
	exitDrift  = 3 // --check found drift
	exitNoPlan = 4 // proved that a goal has no plan
	exitLimit  = 5 // a limit was hit before an answer
)

// app is the process seen from the commands: its streams and environment.
type app struct {
	stdout, stderr io.Writer
	lookupEnv      func(string) (string, bool)
	colour         bool      // diagnostics in colour
	terminal       bool      // stderr is a terminal that a line can be erased on
	start          time.Time // of the program
}

// exitStatus ends the program with a code; what there is to say has been
// said.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// failure is an error of the machine rather than of the manifest: a file that
// can't be written, a clock that ran out.
type failure struct{ error }

// How much more than what it uses the program may take before garbage is
// collected, in percent. Reading a manifest and making a kit drop little of what
// they make: to collect more seldom than Go's 100 takes a third off the time of a
// large one (BenchmarkCollector). A search keeps what it makes, and is bounded by --memory.
const (
	gcPercent       = 400
	searchGCPercent = 100
)

func main() {
	debug.SetGCPercent(gcPercent)
	a := &app{stdout: os.Stdout, stderr: os.Stderr, lookupEnv: os.LookupEnv, colour: wantColour(),
		terminal: os.Getenv("TERM") != "dumb" && term.IsTerminal(int(os.Stderr.Fd()))}
	os.Exit(a.run(os.Args[1:]))
}

// run executes one command line and returns its exit code.
func (a *app) run(args []string) int {
	a.start = time.Now()
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.Execute()
	var status exitStatus
	var fail failure
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &fail):
		fmt.Fprintln(a.stderr, "Error:", err)
		return exitError
	}
	fmt.Fprintln(a.stderr, "Error:", err)
	fmt.Fprintln(a.stderr, "See omegagen help for the commands and their flags.")
	return exitUsage
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:     "omegagen",
		Version: version,
		Short:   "Compile one HCL manifest into a whole deployment kit",
		Long: strings.TrimSpace(`
omegagen compiles one HCL manifest into a deployment kit whose parts agree with
each other: docker-compose.yml, Dockerfiles, Prometheus and Grafana
configuration, init-db.sql, a standalone deploy.sh and a readable PLAN.md. The
actions of the deployment are ordered by an optimal planner.

Exit codes: 0 done, 1 the manifest, the plan or an artifact is in error, 2 wrong
usage, 3 --check found drift, 4 proved that a goal has no plan, 5 a limit was
hit before an answer.`),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := cmd.Help(); err != nil {
				return failure{err}
			}
			return exitStatus(exitUsage)
		},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.AddCommand(a.initCommand(), a.validateCommand(), a.fmtCommand(), a.planCommand(), a.explainCommand(), a.graphCommand(), a.buildCommand(),
		a.rulesCommand(), a.docsCommand(), a.manCommand(), a.versionCommand())
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("omegagen {{.Version}}\n")
	return root
}

func unknownCommand(cmd *cobra.Command, name string) error {
	msg := fmt.Sprintf("there is no command %q", name)
	if s := cmd.SuggestionsFor(name); len(s) > 0 {
		msg += fmt.Sprintf("; did you mean %q?", s[0])
	}
	return errors.New(msg)
}

// wantColour says whether diagnostics on stderr may be coloured.
func wantColour() bool {
	if _, no := os.LookupEnv("NO_COLOR"); no || os.Getenv("TERM") == "dumb" {
		return false
	}
	fi, err := os.Stderr.Stat()
	return err == nil && fi.Mode()&os.ModeCharDevice != 0
}

// dirArg is the optional DIR argument of a command.
func dirArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}
