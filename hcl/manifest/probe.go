package manifest

import (
	"strconv"
	"strings"
)

// probeTest renders a probe as it runs inside the container.
//
// http needs curl or wget there, tcp needs bash, nc or curl; the script tries
// what is present, because an image's tools can't be known. sql needs psql
// (or pg_isready, where no query is asked) and goes over TCP: the official
// image's entrypoint serves its initialisation over the Unix socket alone, so
// a socket probe would pass too early.
func probeTest(p *Probe) []string {
	port := strconv.Itoa(p.Port)
	switch p.Kind {
	case "command":
		return append([]string{"CMD"}, p.Exec...)
	case "shell":
		return []string{"CMD-SHELL", p.Shell}
	case "http":
		url := shellQuote("http://127.0.0.1:" + port + p.Path)
		return []string{"CMD-SHELL",
			"if command -v curl >/dev/null 2>&1; then curl -fsS -o /dev/null " + url +
				"; else wget -q -O /dev/null " + url + "; fi"}
	case "tcp":
		return []string{"CMD-SHELL",
			"if command -v bash >/dev/null 2>&1; then bash -c '</dev/tcp/127.0.0.1/" + port +
				"'; else nc -z 127.0.0.1 " + port + "; fi"}
	case "sql":
		conn := "-h 127.0.0.1 -p " + port + " -U " + shellQuote(p.User) + " -d " + shellQuote(p.DBName)
		if p.Query == "" && len(p.Tables) == 0 {
			return []string{"CMD-SHELL", "pg_isready -q " + conn}
		}
		script := "psql -X -q -v ON_ERROR_STOP=1 -o /dev/null " + conn
		if p.Query != "" {
			script += " -c " + shellQuote(p.Query)
		}
		for _, t := range p.Tables {
			script += " -c " + shellQuote("SELECT 1/(to_regclass('"+strings.ReplaceAll(t, "'", "''")+"') IS NOT NULL)::int")
		}
		return []string{"CMD-SHELL", script}
	}
	return nil
}

// shellQuote makes one word of s for any POSIX shell.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
