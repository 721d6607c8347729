package build_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/distribution/reference"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
)

func TestDockerfileInContext(t *testing.T) {
	for _, c := range []struct{ context, file, want string }{
		{".", "Dockerfile.app", "Dockerfile.app"},
		{"./", "./docker/Dockerfile", "docker/Dockerfile"},
		{"app", "Dockerfile.app", "../Dockerfile.app"},
		{"app/src", "app/Dockerfile", "../Dockerfile"},
		{"app", "app/Dockerfile", "Dockerfile"},
		{"../app", "../app/Dockerfile", "Dockerfile"},
		{"../app", "../docker/Dockerfile", "../docker/Dockerfile"},
		{"../..", "../../Dockerfile", "Dockerfile"},
		{"..", "../../Dockerfile", "../Dockerfile"},
		{"../app", "/srv/Dockerfile", "/srv/Dockerfile"},
		{"/srv", "/srv/Dockerfile", "/srv/Dockerfile"},
		{"https://example.org/x.git", "docker/Dockerfile", "docker/Dockerfile"},
		{"git@example.org:x.git", "Dockerfile", "Dockerfile"},
		{"../..", "Dockerfile.app", ""},
		{"../..", "../Dockerfile", ""},
		{"../app", "Dockerfile.app", ""},
		{"/srv", "Dockerfile.app", ""},
	} {
		got, ok := (&build.Build{Context: c.context, Dockerfile: c.file}).DockerfileInContext()
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s from %s: %q %v", c.file, c.context, got, ok)
		}
	}
}

// Wherever the kit is, both paths lead to one file; no path is returned if it
// depends on the kit's location.
func TestDockerfileInContextAnywhere(t *testing.T) {
	relative := rapid.Custom(func(t *rapid.T) string {
		return path.Join(rapid.SliceOfN(rapid.SampledFrom([]string{".", "..", "a", "b"}), 1, 6).Draw(t, "elements")...)
	})
	rapid.Check(t, func(t *rapid.T) {
		b := &build.Build{Context: relative.Draw(t, "context"), Dockerfile: relative.Draw(t, "file")}
		got, ok := b.DockerfileInContext()
		for _, kit := range []string{"/1/2/3/4/5/6/7", "/7/6/5/4/3/2/1", "/a/b/a/b/a/b/a"} {
			want := path.Join(kit, b.Dockerfile)
			if ok && path.Join(kit, b.Context, got) != want {
				t.Fatalf("in %s: %q from %s is not %s", kit, got, b.Context, want)
			}
		}
		ups := func(p string) int { return strings.Count(p, "..") }
		if !ok && ups(b.Context) <= ups(b.Dockerfile) {
			t.Fatalf("%s is reached from %s in every kit", b.Dockerfile, b.Context)
		}
	})
}

func TestContextNames(t *testing.T) {
	m := &manifest.Manifest{System: &manifest.System{Name: "x"}}
	for _, name := range []string{"docs", "alpine:3.22", "alpine:latest", "docker.io/library/alpine", "docker.io/team/app:latest", "index.docker.io/library/alpine:3", "registry.example.org/library/alpine:latest"} {
		ref, err := reference.ParseNormalizedNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(reference.FamiliarString(ref), ":latest")
		b := build.Of(m, &manifest.Image{Name: "app", Tag: "app:1", Contexts: []*manifest.BuildContext{{Name: name, Source: "docs"}}})
		if b.Contexts[0].Name != want {
			t.Errorf("%s is %s instead of %s", name, b.Contexts[0].Name, want)
		}
	}
}

func TestCommand(t *testing.T) {
	base := &manifest.Image{Name: "base", Tag: "base:1", Push: "registry.example.org/base:1"}
	m := &manifest.Manifest{System: &manifest.System{Name: "X", Version: "1.0"}}
	words := func(i *manifest.Image) string {
		return strings.Join(build.Of(m, i).Command("secrets/"), " ")
	}
	app := &manifest.Image{
		Name: "app", Tag: "app:1", Push: "registry.example.org/app:1", Context: "../app", Target: "run", Platform: "linux/amd64",
		BuildArgs: []manifest.KeyValue{{Key: "A", Value: "1"}, {Key: "B"}}, Labels: []manifest.KeyValue{{Key: "vendor", Value: "me"}},
		Secrets: []*manifest.Secret{{Name: "npmrc"}, {Name: "token"}}, SSH: []string{"default", "deploy=key"}, CacheFrom: []string{"app:cache"},
		Contexts: []*manifest.BuildContext{{Name: "docs", Source: "../docs"}, {Name: "base", Image: base}}, Network: "none",
		Platforms: []string{"linux/arm64"},
	}
	want := "docker build -f Dockerfile.app -t registry.example.org/app:1 -t app:1 --target run --platform linux/amd64 --build-arg A=1 --build-arg B=" +
		" --secret id=npmrc,src=secrets/npmrc --secret id=token,src=secrets/token --ssh default --ssh deploy=key" +
		" --build-context docs=../docs --build-context base=docker-image://registry.example.org/base:1 --network none --cache-from app:cache ../app"
	if got := words(app); got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
	yes, no := true, false
	app.SBOM, app.Provenance = &yes, &no
	if got, want := strings.Join(build.Of(m, app).PushOptions(app, "secrets/"), " "), "--sbom=true --provenance=false "+
		strings.NewReplacer("docker build ", "", " -t app:1", "", "linux/amd64", "linux/arm64").Replace(want); got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
	if got := build.Of(m, base).PushOptions(base, "secrets/"); got != nil {
		t.Errorf("an image that is pushed as it is built is built again: %v", got)
	}
	one := &manifest.Image{Name: "one", Tag: "one:1", Push: "example.org/one:1", Provenance: &no, Platform: "linux/amd64"}
	if got, want := strings.Join(build.Of(m, one).PushOptions(one, "secrets/"), " "), "--provenance=false -f Dockerfile.one -t example.org/one:1 --platform linux/amd64 ."; got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
	theirs := &manifest.Image{Name: "theirs", Tag: "theirs:1", Dockerfile: "../Dockerfile", Labels: app.Labels}
	if got, want := words(theirs), "docker build -f ../Dockerfile -t theirs:1 --label omegagen.project=x --label org.opencontainers.image.title=theirs"+
		" --label org.opencontainers.image.vendor=me --label org.opencontainers.image.version=1.0 ."; got != want {
		t.Errorf("%s\ninstead of\n%s", got, want)
	}
	if b := build.Of(m, &manifest.Image{Name: "pulled", Tag: "a:1", Pull: "a:1"}); b != nil {
		t.Errorf("a pulled image is built: %v", b)
	}
	if !slices.Equal(app.Bases(), []*manifest.Image{base}) {
		t.Errorf("it is built from %v", app.Bases())
	}
}
