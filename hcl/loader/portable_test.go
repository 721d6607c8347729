package loader_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

const portable = `
system "Shop" {}
%TARGET%
image "db" { pull = "postgres:17.5-bookworm" }
image "web" {
  tag = "web:1"
  stage "runtime" { from = "debian:bookworm-slim" }
}
image "pushed" {
  push = "registry.example.org/team/pushed:2"
  stage "runtime" { from = "debian:bookworm-slim" }
}
service "db" {
  image          = image.db
  container_name = "the-database"
  port "sql" { container = 5433 }
}
service "web" {
  image    = image.web
  replicas = 2
  port "http" {
    container = 8080
    host      = 9000 + replica.index
    bind      = "::"
  }
}
service "one" {
  image    = image.web
  replicas = 1
  rollout { order = "start_first" }
}
database "omega" {
  service = service.db
  name    = "the shop"
  user    = "o'brien"
  port    = service.db.port.sql.container
}
action "words" {
  run = <<-EOT
    ${service.db.exec} true
    ${service.web.instances[1].exec} true
    ${service.one.exec} true
    curl ${service.web.instances[1].url.http}
    ${database.omega.psql}
    docker pull ${image.db.tag}
    docker pull ${image.web.tag}
    docker pull ${image.pushed.tag}
  EOT
}
`

// The words that scripts use on each target are the text that is right there.
func TestPortableWords(t *testing.T) {
	t.Parallel()
	settings := "target \"kubernetes\" {\n  namespace = \"prod\"\n  registry = \"registry.example.org/shop/\"\n}\n"
	for _, c := range []struct {
		name, settings string
		target         manifest.TargetName
		want           []string
	}{
		{"compose", settings, manifest.TargetCompose, []string{
			"docker exec -i the-database true",
			"docker exec -i Shop-web-2 true",
			"docker compose exec -T one-1 true",
			"curl http://[::1]:9001",
			"docker exec -i the-database psql -X -q -v ON_ERROR_STOP=1 -p 5433 -U \"o'brien\" -d 'the shop'",
			"docker pull postgres:17.5-bookworm", "docker pull web:1", "docker pull registry.example.org/team/pushed:2",
		}},
		{"kubernetes", settings, manifest.TargetKubernetes, []string{
			"${KUBECTL:-kubectl --namespace prod} exec -i service/db -- true",
			"${KUBECTL:-kubectl --namespace prod} exec -i service/web-2 -- true",
			"${KUBECTL:-kubectl --namespace prod} exec -i service/one -- true",
			"curl http://127.0.0.1:9001",
			"${KUBECTL:-kubectl --namespace prod} exec -i service/db -- psql -X -q -v ON_ERROR_STOP=1 -p 5433 -U \"o'brien\" -d 'the shop'",
			"docker pull postgres:17.5-bookworm", "docker pull registry.example.org/shop/web:1", "docker pull registry.example.org/team/pushed:2",
		}},
		{"kubernetes without settings", "", manifest.TargetKubernetes, []string{
			"${KUBECTL:-kubectl --namespace shop} exec -i service/db -- true",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := strings.Replace(portable, "%TARGET%", c.settings, 1)
			m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(source)}}, Dir: ".", Target: c.target})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			text, _ := m.Actions[0].Run.Plain()
			got := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			if !slices.Equal(got[:len(c.want)], c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for _, s := range m.Services {
				if want := s.Name == "web" && c.target == manifest.TargetKubernetes; s.Named != want {
					t.Errorf("service %s is named: %v", s.Name, s.Named)
				}
			}
		})
	}
}
