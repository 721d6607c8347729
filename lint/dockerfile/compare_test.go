package dockerfile_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	lint "github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

// Each value of a Dockerfile that differs from the manifest is reported.
func TestCheckNoticesEachChange(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(`
system "s" {}
image "app" {
  stage "run" {
    from = "debian:12"
    env {
      values = { LEVEL = "info" }
    }
    workdir {
      path = "/srv"
    }
    copy {
      src  = ["app"]
      dest = "/usr/bin/app"
    }
    run {
      command = "ldconfig"
    }
    expose {
      ports = ["8080"]
    }
    user {
      name = "10001"
    }
    entrypoint {
      command = ["app", "--serve"]
    }
  }
}
service "app" {
  image = image.app
  healthcheck {
    command      = ["app", "--check"]
    interval     = "11s"
    timeout      = "7s"
    start_period = "43s"
    retries      = 5
  }
}
`), Dir: "."})
	files, more := dockerfile.Render(m)
	if diags = append(diags, more...); len(diags) > 0 {
		t.Fatal(diags)
	}
	var file kit.Artifact
	for _, f := range files {
		if f.Kind == kit.Dockerfile {
			file = f
		}
	}
	if diags := lint.Check(m, file); len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, change := range [][2]string{
		{"debian:12", "debian:13"}, {"info", "debug"}, {"/srv", "/opt"}, {"/usr/bin/app", "/usr/bin/apq"}, {"ldconfig", "true"}, {"8080", "8081"}, {"10001", "10002"},
		{"--serve", "--help"}, {"--interval=11s", "--interval=12s"}, {"--timeout=7s", "--timeout=8s"}, {"--start-period=43s", "--start-period=44s"},
		{"--retries=5", "--retries=6"}, {"--check", "--chock"},
	} {
		changed := file
		changed.Content = []byte(regexp.MustCompile(regexp.QuoteMeta(change[0])).ReplaceAllString(string(file.Content), change[1]))
		if string(changed.Content) == string(file.Content) {
			t.Errorf("the file has no %q:\n%s", change[0], file.Content)
			continue
		}
		found := lint.Check(m, changed)
		if len(found) == 0 || diag.Code(found[0]) != "OG902" || !strings.Contains(found[0].Detail, "Dockerfile") {
			t.Errorf("%s for %s: %v", change[1], change[0], found)
		}
	}
}
