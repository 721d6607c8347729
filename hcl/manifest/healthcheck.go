package manifest

import (
	"strconv"
	"strings"
	"time"
)

// Healthcheck is how the engine checks a service's containers from inside. It is used for the Compose
// healthcheck, the Dockerfile's HEALTHCHECK and the waits of deploy.sh.
type Healthcheck struct {
	Origin
	Test                                          HealthTest    // nil when, and only when, Disable
	Derived                                       bool          // from the image facts, not from the manifest
	Interval, Timeout, StartPeriod, StartInterval time.Duration // 0: the default of the engine
	Retries                                       int
	Disable                                       bool
	At                                            Ranges // of port, path, command, shell
}

// HealthTest is what a healthcheck runs in the container. The types below are all there are: a switch
// over them names each.
type HealthTest interface {
	// words are Compose's healthcheck.test: "CMD" and arguments, or "CMD-SHELL" and one script. nil for
	// the image's own test.
	words() []string
}

type (
	// CommandTest is a custom command, run without a shell.
	CommandTest struct{ Exec []string }
	// ShellTest is a custom script.
	ShellTest struct{ Script string }
	// HTTPTest requests a path on a container port.
	HTTPTest struct {
		Port int
		Path string
	}
	// TCPTest connects to a container port.
	TCPTest struct{ Port int }
	// SQLTest queries a PostgreSQL server over TCP.
	SQLTest struct {
		Port         int
		User, DBName string
		Query        string   // "" means that a connection is enough
		Tables       []string // schema sentinels that must exist
	}
	// ImageTest is the image's own healthcheck, whatever that is.
	ImageTest struct{}
)

// Words are what the engine runs, as Compose's healthcheck.test: "CMD" and arguments, or "CMD-SHELL"
// and one script. It is the only place that decides how a typed test runs in a container. nil if
// nothing is set: the test is disabled or the image's own.
func (h *Healthcheck) Words() []string {
	if h.Test == nil {
		return nil
	}
	return h.Test.words()
}

// Written is the custom command or script that a healthcheck runs, as text; "" for a typed test.
func (h *Healthcheck) Written() string {
	switch t := h.Test.(type) {
	case *CommandTest:
		return strings.Join(t.Exec, " ")
	case *ShellTest:
		return t.Script
	case *HTTPTest, *TCPTest, *SQLTest, *ImageTest:
	}
	return ""
}

func (t *CommandTest) words() []string { return append([]string{"CMD"}, t.Exec...) }

func (t *ShellTest) words() []string { return []string{"CMD-SHELL", t.Script} }

// words of an HTTP test require curl or wget in the container: the script tries what is present,
// because an image's tools can't be known.
func (t *HTTPTest) words() []string {
	url := shellQuote("http://127.0.0.1:" + strconv.Itoa(t.Port) + t.Path)
	return []string{"CMD-SHELL",
		"if command -v curl >/dev/null 2>&1; then curl -fsS -o /dev/null " + url +
			"; else wget -q -O /dev/null " + url + "; fi"}
}

// words of a TCP test require bash or nc in the container.
func (t *TCPTest) words() []string {
	port := strconv.Itoa(t.Port)
	return []string{"CMD-SHELL",
		"if command -v bash >/dev/null 2>&1; then bash -c '</dev/tcp/127.0.0.1/" + port +
			"'; else nc -z 127.0.0.1 " + port + "; fi"}
}

// words of an SQL test require psql (or pg_isready, without a query). They connect over TCP: the
// official image's entrypoint serves its initialisation only over the Unix socket, so a test of the
// socket would succeed too early.
func (t *SQLTest) words() []string {
	conn := "-h 127.0.0.1 -p " + strconv.Itoa(t.Port) + " -U " + shellQuote(t.User) + " -d " + shellQuote(t.DBName)
	if t.Query == "" && len(t.Tables) == 0 {
		return []string{"CMD-SHELL", "pg_isready -q " + conn}
	}
	script := "psql -X -q -v ON_ERROR_STOP=1 -o /dev/null " + conn
	if t.Query != "" {
		script += " -c " + shellQuote(t.Query)
	}
	for _, table := range t.Tables {
		script += " -c " + shellQuote("SELECT 1/(to_regclass('"+strings.ReplaceAll(table, "'", "''")+"') IS NOT NULL)::int")
	}
	return []string{"CMD-SHELL", script}
}

func (*ImageTest) words() []string { return nil }

// shellQuote quotes s as one word for any POSIX shell.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
