package prometheus

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// announced are the words with which Prometheus's changelog announces an action or a key.
var announced = map[string]string{
	"action lowercase": "add lowercase and uppercase relabel action", "action uppercase": "add lowercase and uppercase relabel action",
	"action keepequal": "`keepequal` and `dropequal` relabel actions", "action dropequal": "`keepequal` and `dropequal` relabel actions",
	"authorization": "specifying type of authorization header credentials", "oauth2": "allow oauth 2.0 to be used anywhere an http client is used",
	"http_headers": "custom `http_headers`", "follow_redirects": "add `follow_redirects` option", "enable_http2": "add the ability to disable http2",
	"no_proxy": "add `no_proxy`", "proxy_from_environment": "add `proxy_from_environment`", "google_iam": "google cloud monitoring authorization",
	"sigv4": "aws sigv4 auth method for remote_write", "azuread": "new azure ad configuration", "headers": "custom remote_write http headers",
	"metadata_config": "metric metadata to be propagated via remote write", "send_exemplars": "send exemplars via remote write",
	"send_native_histograms": "native histograms", "protobuf_message": "remote-write: version 2.0 experimental",
	"scrape_protocols": "setting `global.scrape_protocols",
}

// Each version is the one whose notes announce the setting, and the first one that does.
func TestSince(t *testing.T) {
	tooltest.Need(t, "go")
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/prometheus").Output()
	if err != nil {
		t.Fatal(err)
	}
	changelog, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(strings.ToLower(string(changelog)), "\n## ") // newest first
	for key, version := range since {
		words := announced[key]
		if words == "" {
			t.Errorf("no words for %q", key)
			continue
		}
		first := ""
		for _, s := range sections {
			if strings.Contains(s, words) {
				first, _, _ = strings.Cut(s, " ")
			}
		}
		if first != version {
			t.Errorf("%s came with %q, not %s", key, first, version)
		}
	}
	for key := range announced {
		if since[key] == "" {
			t.Errorf("%q has no version", key)
		}
	}
}
