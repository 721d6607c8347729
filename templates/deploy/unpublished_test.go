package deploy_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/templates/deploy"
)

// deploy.sh asks probes on the host: a port that isn't published there has no
// address, and is reported where the loader hasn't refused it.
func TestUnpublishedPort(t *testing.T) {
	m, plans := load(t, `
system "s" {}
image "web" { pull = "web:1" }
service "web" {
  image = image.web
  port "http" {
    container = 80
    host      = 8080
  }
}
criterion "answers" {
  tcp { service = service.web }
}
goal "g" { condition = service.web.started }
`)
	if _, diags := deploy.Render(m, plans, nil); diags.HasErrors() {
		t.Fatal(diags)
	}
	m.Services[0].Instances[0].Ports[0].Host = 0
	_, diags := deploy.Render(m, plans, nil)
	if len(diags) != 1 || diag.Code(diags[0]) != "OG701" {
		t.Errorf("%v", diags)
	}
}
