package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pushed is a deployment like releasing, whose image is pushed and has a base that only
// its build needs.
func pushed(compose string, options ...string) releasing {
	return releasing{
		compose: compose,
		more:    "image \"base\" {\n  pull = \"base:1\"\n}\n",
		edit: strings.NewReplacer(`tag     = "x:1"`, "tag     = \"x:1\"\n  push    = \"registry.example.org/team/x\"\n"+strings.Join(options, "\n"),
			`from = "scratch"`, "from = image.base"),
	}
}

// calls counts the calls of the stand-in for docker that begin so.
func calls(k *kit, begin string) int {
	return strings.Count("\n"+k.read("../bin/world/calls"), "\n"+begin)
}

// carry copies what one host has pushed, and its list of digests, to another one.
func carry(t *testing.T, from, to *kit) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from.bin, "world/pushed.*"))
	if err != nil || len(files) == 0 {
		t.Fatal("nothing was pushed", err)
	}
	for _, file := range files {
		to.write("../bin/world/"+filepath.Base(file), from.read("../bin/world/"+filepath.Base(file)))
	}
	to.write("images.digests", from.read("images.digests"))
}

// Images are built and pushed on one host, and pulled by their digests on another,
// which has no sources.
func TestBuildElsewhere(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		ci := pushed("v1").install(t, nil, shell)
		source(ci, "one")
		contains(t, ci.want(0, "build", "--push", "--dry-run"), "image.x.build", "docker push registry.example.org/team/x:1")
		mustEqual(t, "builds", builds(ci), 0)
		contains(t, ci.want(0, "build", "--push"), "Pushing what 1 steps have built", "registry.example.org/team/x:1 is registry.example.org/team/x@sha256:", "images.digests")
		first := ci.read("images.digests")
		if !regexp.MustCompile(`(?m)^registry\.example\.org/team/x@sha256:[0-9a-f]+ registry\.example\.org/team/x:1$`).MatchString(first) {
			t.Fatalf("images.digests: %q", first)
		}
		if st, err := os.Stat(filepath.Join(ci.dir, "images.digests")); err != nil || st.Mode().Perm()&0o044 == 0 {
			t.Errorf("%v %v", st, err)
		}
		mustEqual(t, "started", calls(ci, "compose -f docker-compose.yml -p test up"), 0)
		mustEqual(t, "a release", exists(ci, ".omegagen/state/unreleased") || exists(ci, ".omegagen/releases"), false)

		host := pushed("v1").install(t, nil, shell)
		source(host, "none of this host")
		if err := os.RemoveAll(filepath.Join(host.dir, "../src")); err != nil {
			t.Fatal(err)
		}
		contains(t, host.want(3, "up", "--pull"), "images.digests is missing", "build --push")
		carry(t, ci, host)
		contains(t, host.want(0, "up", "--pull", "--dry-run=full"), "docker pull registry.example.org/team/x@sha256:")
		host.want(0, "up", "--pull")
		mustEqual(t, "running", running(host), "one one")
		mustEqual(t, "builds and base images", fmt.Sprint(builds(host), calls(host, "pull base:1")), "0 0")
		if got := host.read(".omegagen/releases/1/release"); !strings.Contains(got, "image omegagen/test/x registry.example.org/team/x:1 sha256:") ||
			!strings.Contains(got, " "+strings.Fields(strings.SplitN(first, "\n", 2)[1])[0]+"\n") {
			t.Errorf("the release: %s", got)
		}
		contains(t, host.want(0, "status"), "All is as it was deployed (release 1).")
		contains(t, host.want(0, "up", "--pull"), "Nothing to do")
		mustEqual(t, "pulls", calls(host, "pull "), 1)

		source(ci, "two")
		contains(t, ci.want(0, "build", "--push"), "registry.example.org/team/x:1 is")
		carry(t, ci, host)
		contains(t, host.want(0, "up", "--pull"), "This is release 2.")
		mustEqual(t, "running", running(host), "two two")

		// The way back restores the digests, and pulls what was removed.
		second := host.read("images.digests")
		for _, name := range []string{"kept.x:1"} {
			if err := os.Remove(filepath.Join(host.bin, "world", name)); err != nil {
				t.Fatal(err)
			}
		}
		contains(t, host.want(0, "rollback", "--yes"), "Pulling registry.example.org/team/x@sha256:", "The files of release 1 are restored.")
		mustEqual(t, "running", running(host), "one one")
		mustEqual(t, "digests", host.read("images.digests"), first)
		mustEqual(t, "builds and base images", fmt.Sprint(builds(host), calls(host, "pull base:1")), "0 0")
		mustEqual(t, "the other name", strings.TrimSpace(host.read("../bin/world/image.x:1")), "one")
		contains(t, host.want(0, "up", "--pull"), "Nothing to do")
		contains(t, host.want(0, "status"), "All is as it was deployed (release 1).")
		// What was replaced is deployed again only after a question, something newer without one.
		host.write("images.digests", second)
		contains(t, host.want(2, "up", "--pull"), "These images were replaced by a rollback to release 1.")
		source(ci, "three")
		ci.want(0, "build", "--push")
		carry(t, ci, host)
		contains(t, host.want(0, "up", "--pull"), "images.digests has changed since the rollback to release 1")
		mustEqual(t, "running", running(host), "three three")
	})
}

// Whatever goes wrong on the way is named.
func TestPushFaults(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		plain := releasing{compose: "v1"}.install(t, nil, shell)
		source(plain, "one")
		contains(t, plain.want(2, "build", "--push"), "has 'push' in the manifest")
		contains(t, plain.want(2, "up", "--push"), "--push is an option of build")
		contains(t, plain.want(2, "rollback", "--pull"), "--pull is an option of up")
		plain.write("images.digests", "# none\n")
		contains(t, plain.want(0, "up", "--pull"), "Built here, because they do not only build images that have 'push' in the manifest: image.x.build")
		mustEqual(t, "builds", builds(plain), 1)
		contains(t, plain.want(0, "build"), "The images are built.")

		ci := pushed("v1").install(t, nil, shell)
		source(ci, "one")
		world(ci, "denied", "")
		contains(t, ci.want(1, "build", "--push"), "FAILED  pushing what image.x.build has built", "denied: requested access", "docker login registry.example.org", "was not written")
		mustEqual(t, "digests", exists(ci, "images.digests"), false)
		if err := os.Remove(filepath.Join(ci.bin, "world/denied")); err != nil {
			t.Fatal(err)
		}
		ci.want(0, "build", "--push")

		host := pushed("v1").install(t, nil, shell)
		source(host, "none of this host")
		digests := ci.read("images.digests")
		host.write("images.digests", strings.ReplaceAll(digests, "team/x:1", "team/x:2"))
		contains(t, host.want(5, "up", "--pull"), "images.digests has no digest of registry.example.org/team/x:1.")
		for _, bad := range []string{"registry.example.org/team/x:1\n", "a@sha256:1 b $(touch x)\n", "x@sha256:1\n"} {
			host.write("images.digests", bad)
			contains(t, host.want(5, "up", "--pull"), "images.digests has a line that is not NAME@DIGEST REFERENCE")
		}
		mustEqual(t, "started", calls(host, "compose -f docker-compose.yml -p test up"), 0)
		host.write("images.digests", strings.TrimSuffix(digests, "\n"))
		host.program("sleep", "exit 0") // between the attempts
		contains(t, host.want(1, "up", "--pull"), "FAILED  image.x.build", "manifest unknown", "The registry has no such image")
		carry(t, ci, host)
		host.want(0, "up", "--pull")
		mustEqual(t, "running", running(host), "one one")
	})
}

// An image for several platforms is built into its registry.
func TestPushBuild(t *testing.T) {
	k := pushed("v1", `  platforms = ["linux/amd64", "linux/arm64"]`, "  sbom = true").install(t, nil, "dash")
	source(k, "one")
	k.want(0, "build", "--push")
	contains(t, k.read("images.digests"), "registry.example.org/team/x@sha256:cafe registry.example.org/team/x:1\n")
	contains(t, k.read("../bin/world/calls"), "\nbuildx build --push --metadata-file ", " --sbom=true -f Dockerfile.x -t registry.example.org/team/x:1 --platform linux/amd64,linux/arm64 ../src\n")
	mustEqual(t, "pushes", calls(k, "push "), 0)
}

// A build that was interrupted runs again: that there is an image doesn't show that it
// is the new one.
func TestInterruptedBuild(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := releasing{compose: "v1"}.install(t, nil, shell)
		source(k, "one")
		k.want(0)
		source(k, "two")
		record, _, _ := strings.Cut(k.read(".omegagen/state/image_x_build.done"), "made ")
		k.write(".omegagen/state/image_x_build.run", record+"worker 1 1 another-boot\nbody 1 1\n")
		if err := os.Remove(filepath.Join(k.dir, ".omegagen/state/image_x_build.done")); err != nil {
			t.Fatal(err)
		}
		k.want(0)
		mustEqual(t, "running", running(k), "two two")
	})
}
