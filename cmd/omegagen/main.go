// Command omegagen compiles one HCL manifest into a complete deployment kit.
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
)

// The exit codes are a contract with users' CI scripts.
const (
	exitOK     = 0 // success, with or without warnings
	exitError  = 1 // an error in the manifest, the plan or an artifact
	exitUsage  = 2
	exitDrift  = 3 // --check found differences
	exitNoPlan = 4 // a goal is proved to have no plan
	exitLimit  = 5 // a limit was reached before the result was known
)

// app is the process as commands see it: its streams and environment.
type app struct {
	stdout, stderr io.Writer
	lookupEnv      func(string) (string, bool)
	stdin          io.Reader
	colour         bool      // diagnostics in colour
	terminal       bool      // stderr is a terminal on which a line can be erased
	width          int       // of that terminal, 0 if it is none
	outWidth       int       // of the terminal that stdout is, 0 if it is none
	asks           bool      // stdin and stderr are a terminal: questions can be asked
	start          time.Time // of the program
}

// exitStatus ends the program with a code; all output has been printed.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// failure is an error of the machine rather than of the manifest, such as a file that can't be written
// or a timeout.
type failure struct{ error }

// The heap growth, in percent, that triggers a garbage collection. Reading a manifest and rendering a
// kit produce little garbage: a higher value than Go's 100 saves a third of the time for a large one
// (BenchmarkCollector). A search keeps what it allocates, and is bounded by --memory.
const (
	gcPercent       = 400
	searchGCPercent = 100
)

func main() {
	debug.SetGCPercent(gcPercent)
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, lookupEnv: os.LookupEnv}
	a.lookAtTerminals()
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
	fmt.Fprintln(a.stderr, "Run omegagen help for the commands and their flags.")
	return exitUsage
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:     "omegagen",
		Version: version,
		Short:   "Compile one HCL manifest into a complete deployment kit",
		Long: strings.TrimSpace(`
omegagen compiles one HCL manifest into a deployment kit whose files agree with
each other: docker-compose.yml, Dockerfiles, Prometheus and Grafana
configuration, init-db.sql, a standalone deploy.sh and a readable PLAN.md. An
optimal planner orders the actions of the deployment.

Exit codes: 0 success, 1 an error in the manifest, the plan or an artifact, 2
invalid usage, 3 --check found differences, 4 a goal is proved to have no plan,
5 a limit was reached before the result was known.`),
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
	root.AddCommand(a.initCommand(), a.importCommand(), a.validateCommand(), a.fmtCommand(), a.planCommand(), a.explainCommand(), a.graphCommand(), a.buildCommand(),
		a.rulesCommand(), a.docsCommand(), a.manCommand(), a.versionCommand())
	root.SuggestionsMinimumDistance = 2
	root.SetUsageTemplate(usageTemplate(root.UsageTemplate()))
	root.InitDefaultCompletionCmd()
	a.finishCommands(root)
	root.SetVersionTemplate("omegagen {{.Version}}\n")
	return root
}

func unknownCommand(cmd *cobra.Command, name string) error {
	msg := fmt.Sprintf("unknown command %q", name)
	if s := cmd.SuggestionsFor(name); len(s) > 0 {
		msg += fmt.Sprintf("; did you mean %q?", s[0])
	}
	return errors.New(msg)
}

// dirArg is the optional DIR argument of a command.
func dirArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}
