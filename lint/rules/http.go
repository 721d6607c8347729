package rules

import (
	"regexp"
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

// bareURL is a URL of this machine without a scheme.
var bareURL = regexp.MustCompile(`^(localhost|127\.0\.0\.1)(:[0-9]+)?([/?]|$)`)

// hostPort reports a port of this machine that no service publishes.
func (w *walker) hostPort(c *syntax.CallExpr, host, port string) {
	n, err := strconv.Atoi(port)
	if local := host == "localhost" || host == "127.0.0.1"; err == nil && local && w.names.publishers[n] != nil && n != 0 {
		w.uses(c, w.names.publishers[n], arg(c, 0)+" … "+host+":"+port)
	}
	if err == nil && (host == "localhost" || host == "127.0.0.1") && !w.names.ports[n] && len(w.names.ports) > 0 {
		w.report(ruleUnpublishedPort, c.Pos(), port, "no service in the manifest publishes port %d on this machine. Refer to the port: ${service.NAME.port.PORT.host}.", n)
	}
}

// client checks the address to which nc or a client of a database connects.
func (w *walker) client(c *syntax.CallExpr, name string) {
	var host, port string
	switch name {
	case "nc", "ncat", "netcat":
		if n := len(c.Args); n > 2 && !option(c, 'l', "--listen") {
			host, port = arg(c, n-2), arg(c, n-1)
		}
	default:
		for i := 1; i < len(c.Args); i++ {
			t, _ := literal(c.Args[i])
			switch {
			case t == "-h" || t == "--host":
				host = arg(c, i+1)
			case t == "-p" || t == "--port":
				port = arg(c, i+1)
			case strings.HasPrefix(t, "postgres://"), strings.HasPrefix(t, "postgresql://"), strings.HasPrefix(t, "redis://"):
				_, rest, _ := strings.Cut(t, "://")
				rest, _, _ = strings.Cut(rest, "/")
				host, port, _ = strings.Cut(rest[strings.LastIndexByte(rest, '@')+1:], ":")
			}
		}
	}
	w.hostPort(c, host, port)
}

// url checks the words of a curl or wget call.
func (w *walker) url(c *syntax.CallExpr, p place) {
	curl := arg(c, 0) == "curl"
	glob := curl && !option(c, 'g', "--globoff")
	seen := false
	values := map[*syntax.Word]bool{}
	if curl {
		values = w.curlOptions(c)
	}
	for _, a := range c.Args[1:] {
		t, _ := literal(a)
		rest, isURL := strings.CutPrefix(t, "http://")
		if !isURL {
			rest, isURL = strings.CutPrefix(t, "https://")
		}
		if !isURL {
			// "$url/path?query=up{…}" is a URL too, and so is localhost:8080/path.
			if isURL = strings.HasPrefix(t, placeholder) || bareURL.MatchString(t) && !values[a]; !isURL {
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
		host, _, _ = strings.Cut(host, "?")
		if name, port, ok := strings.Cut(host, ":"); ok && !option(c, 0, "--unix-socket", "--abstract-unix-socket", "-x", "--proxy") {
			w.hostPort(c, name, port)
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
