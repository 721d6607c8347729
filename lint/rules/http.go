package rules

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleCurlGlob = diag.Warning("OG817", "URL expanded by curl",
		"curl treats { } and [ ] in a URL as patterns, so a PromQL selector is not sent as written. -G with --data-urlencode sends it as is; a promql criterion doesn't use curl.")
	ruleUncheckedStatus = diag.Warning("OG832", "HTTP error not detected",
		"curl exits with 0 when the server answers 404 or 500: the check passes, and a benchmark measures error responses. -f makes an HTTP error a failure; -w '%{http_code}' prints the status for comparison; an http criterion does both.")
)

// url checks the words of a curl or wget call.
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
			// "$url/path?query=up{…}" is a URL too.
			if isURL = strings.HasPrefix(t, placeholder); !isURL {
				continue
			}
			rest = t
		}
		seen = true
		if glob && strings.ContainsAny(rest, "{}[]") && !strings.HasPrefix(rest, "[") {
			w.report(ruleCurlGlob, c.Pos(), t, "curl expands the { } or [ ] of %q. Send the query with -G --data-urlencode, or use a promql criterion.", strings.ReplaceAll(t, placeholder, "…"))
		}
		host, _, _ := strings.Cut(rest, "/")
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			host = host[i+1:]
		}
		name, port, ok := strings.Cut(host, ":")
		n, err := strconv.Atoi(port)
		if ok && err == nil && (name == "localhost" || name == "127.0.0.1") && !w.names.ports[n] && len(w.names.ports) > 0 {
			w.report(ruleUnpublishedPort, c.Pos(), port, "no service in the manifest publishes port %d on this machine. Refer to the port: ${service.NAME.port.PORT.host}.", n)
		}
	}
	isCheck := w.attr == "validate" || w.action == nil
	if curl && seen && isCheck && !p.piped && !option(c, 'f', "--fail", "--fail-with-body") && !writesStatus(c) && !p.redirected && !p.guard && (!p.subst || option(c, 'o', "--output")) {
		w.report(ruleUncheckedStatus, c.Pos(), "", "curl succeeds whatever status the server returns. Add -f, or compare -w '%%{http_code}'.")
	}
}

// writesStatus reports whether curl is asked to print or show the status.
func writesStatus(c *syntax.CallExpr) bool {
	for _, a := range c.Args[1:] {
		if t, _ := literal(a); strings.Contains(t, "code}") || strings.HasPrefix(t, "-K") {
			return true
		}
	}
	return option(c, 'I', "--head") || option(c, 'i', "--include")
}
