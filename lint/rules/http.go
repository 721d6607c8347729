package rules

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleCurlGlob = diag.Warning("OG817", "curl will expand this URL",
		"curl reads { } and [ ] in a URL as patterns, so a PromQL selector in it never arrives as written. --data-urlencode with -G sends it as it is; a promql criterion asks without curl's syntax.")
	ruleUncheckedStatus = diag.Warning("OG832", "An HTTP error passes for an answer",
		"curl exits with 0 when the server answers 404 or 500: the check passes, and a benchmark measures how fast the server refuses. -f makes an HTTP error a failure; -w '%{http_code}' prints the status to be compared; an http criterion does both.")
)

// url looks at the words of a curl or wget call.
func (w *walker) url(c *syntax.CallExpr, p place) {
	curl := arg(c, 0) == "curl"
	glob := curl && !option(c, 'g', "--globoff")
	seen := false
	for _, a := range c.Args[1:] {
		t, _ := literal(a)
		rest, isURL := strings.CutPrefix(t, "http://")
		if !isURL {
			rest, isURL = strings.CutPrefix(t, "https://")
		}
		if !isURL {
			// "$url/path?query=up{…}" is one too.
			if isURL = strings.HasPrefix(t, hole); !isURL {
				continue
			}
			rest = t
		}
		seen = true
		if glob && strings.ContainsAny(rest, "{}[]") && !strings.HasPrefix(rest, "[") {
			w.report(ruleCurlGlob, c.Pos(), t, "curl expands the { } or [ ] of %q. Send the query with -G --data-urlencode, or use a promql criterion.", strings.ReplaceAll(t, hole, "…"))
		}
		host, _, _ := strings.Cut(rest, "/")
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			host = host[i+1:]
		}
		name, port, ok := strings.Cut(host, ":")
		n, err := strconv.Atoi(port)
		if ok && err == nil && (name == "localhost" || name == "127.0.0.1") && !w.names.ports[n] && len(w.names.ports) > 0 {
			w.report(ruleUnpublishedPort, c.Pos(), port, "nothing in the manifest publishes port %d of this machine. Refer to the port: ${service.NAME.port.PORT.host}.", n)
		}
	}
	asks := w.attr == "validate" || w.action == nil
	if curl && seen && asks && !p.piped && !option(c, 'f', "--fail", "--fail-with-body") && !writesStatus(c) && !p.sunk && !p.guard && (!p.subst || option(c, 'o', "--output")) {
		w.report(ruleUncheckedStatus, c.Pos(), "", "curl succeeds here whatever status the server answers with. Add -f, or compare -w '%%{http_code}'.")
	}
}

// writesStatus says whether curl is asked to print or show the status.
func writesStatus(c *syntax.CallExpr) bool {
	for _, a := range c.Args[1:] {
		if t, _ := literal(a); strings.Contains(t, "code}") || strings.HasPrefix(t, "-K") {
			return true
		}
	}
	return option(c, 'I', "--head") || option(c, 'i', "--include")
}
