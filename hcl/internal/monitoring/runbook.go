package monitoring

import (
	"net/url"
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// validRunbookURL reports whether s is "", an address, or a path in a repository.
func validRunbookURL(s string) bool {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Fragment != "":
		return false
	case u.Scheme == "" && u.Host == "":
		return s == "" || u.RawQuery == "" && !strings.HasPrefix(s, "/") && path.Clean(s) == s && s != ".." && !strings.HasPrefix(s, "../")
	}
	return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// filePages are, by server, the part of a file's address between the repository and the path. HEAD
// is the default branch.
var filePages = map[string]string{"github.com": "/blob/HEAD/", "gitlab.com": "/-/blob/HEAD/", "bitbucket.org": "/src/HEAD/"}

// publishedRunbook makes a path in the repository absolute.
func publishedRunbook(p *lang.Evaluation) {
	pr, s := p.Manifest.Prometheus, p.Manifest.System
	if pr.RunbookURL == "" || strings.Contains(pr.RunbookURL, "://") || s == nil || p.Blocks("system")[0].Failed("source") {
		return
	}
	file := pr.RunbookURL
	pr.RunbookURL = ""
	u, err := url.Parse(s.Source)
	page := ""
	if err == nil {
		page = filePages[strings.TrimPrefix(u.Hostname(), "www.")]
	}
	if !validRunbookURL(file) {
		return // reported
	}
	if page == "" {
		why := "the system has no `source`"
		if s.Source != "" {
			why = "how " + s.Source + " shows files is not known"
		}
		p.Errorf(ruleNoRepository, p.Blocks("prometheus")[0].AttrRange("runbook_url"), "`runbook_url` is the path %q in the repository of the system, but %s. Write the whole address, such as \"https://example.org/%s\", or set `source` to a repository on GitHub, GitLab or Bitbucket.", file, why, file)
		return
	}
	pr.RunbookURL = strings.TrimSuffix(strings.TrimRight(s.Source, "/"), ".git") + page + (&url.URL{Path: file}).EscapedPath()
}
