package main

import (
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
)

// helpWidth is the width of every command's help.
const helpWidth = 80

// lookAtTerminals finds out which streams are terminals, and how wide.
func (a *app) lookAtTerminals() {
	stderr, dumb := int(os.Stderr.Fd()), os.Getenv("TERM") == "dumb"
	isTerminal := term.IsTerminal(stderr)
	a.terminal = isTerminal && !dumb
	a.colour = wantColour(a.lookupEnv, isTerminal && !dumb)
	a.width = widthOf(stderr)
	a.outWidth = widthOf(int(os.Stdout.Fd()))
	a.asks = isTerminal && term.IsTerminal(int(os.Stdin.Fd()))
}

// widthOf is the width of a terminal, 0 for anything else. Very wide ones are hard to read.
func widthOf(fd int) int {
	w, _, err := term.GetSize(fd)
	if err != nil || w < 20 {
		return 0
	}
	return min(w, 120)
}

// wantColour decides whether diagnostics are coloured: FORCE_COLOR, then NO_COLOR (each if it isn't empty), then
// whether they go to a terminal.
func wantColour(lookupEnv func(string) (string, bool), terminal bool) bool {
	if v, _ := lookupEnv("FORCE_COLOR"); v != "" {
		return v != "0" && v != "false"
	}
	if v, _ := lookupEnv("NO_COLOR"); v != "" {
		return false
	}
	return terminal
}

// style is that of diagnostics.
func (a *app) style() diag.Style { return diag.Style{Colour: a.colour, Width: a.width} }

// usageTemplate is cobra's, with flags that fit into helpWidth.
func usageTemplate(cobras string) string {
	return strings.ReplaceAll(cobras, ".FlagUsages", ".FlagUsagesWrapped "+strconv.Itoa(helpWidth))
}

// finishCommands adds the completions of a command and of those below it, and wraps their help.
func (a *app) finishCommands(cmd *cobra.Command) {
	cmd.Long = text.Wrap(cmd.Long, helpWidth)
	a.completions(cmd)
	for _, sub := range cmd.Commands() {
		a.finishCommands(sub)
	}
}
