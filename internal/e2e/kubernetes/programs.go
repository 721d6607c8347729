//go:build linux

package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Version is that of the programs.
const Version = "v1.37.2"

// compiled is the go command's option for the programs, and in the Makefile for the tests, so that each package
// is compiled once. Without optimisation and debug information that takes a third less.
const compiled = "-gcflags=all=-N -l -dwarf=false"

// built are the programs of Kubernetes that the tests use; etcd is Debian's.
var built = []string{"kube-apiserver", "kubectl"}

// Programs are the paths of what the tests run.
type Programs struct {
	APIServer, Kubectl, Etcd string
}

// Repository is the folder with omegagen's module.
func Repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "../../..")
}

// Tools is the folder with the programs of the tests.
func Tools() string {
	if tools := os.Getenv("OMEGAGEN_TOOLS"); tools != "" {
		return tools
	}
	return filepath.Join(Repository(), ".tools")
}

// Find returns the programs, and builds what isn't built yet: a few minutes, once for each go.sum. Tests of
// several packages may call it at the same time.
var Find = sync.OnceValues(find)

func find() (*Programs, error) {
	tools := Tools()
	p := &Programs{Etcd: filepath.Join(tools, "usr/bin/etcd")}
	if _, err := os.Stat(p.Etcd); err != nil {
		found, none := exec.LookPath("etcd")
		if none != nil {
			return nil, fmt.Errorf("there is no etcd: run make tools first (%w)", err)
		}
		p.Etcd = found
	}
	dir, err := build(filepath.Join(tools, "kubernetes"))
	if err != nil {
		return nil, err
	}
	p.APIServer, p.Kubectl = filepath.Join(dir, "kube-apiserver"), filepath.Join(dir, "kubectl")
	return p, nil
}

// build returns the folder with Kubernetes' programs below cache, which is named by everything that they are
// made of. Programs of another go.sum are removed.
func build(cache string) (string, error) {
	module := filepath.Join(Repository(), "internal/e2e/kubernetes")
	versions := "-s -w"
	major, minor, _ := strings.Cut(strings.TrimPrefix(Version, "v"), ".")
	minor, _, _ = strings.Cut(minor, ".")
	for _, v := range []string{"gitVersion=" + Version, "gitMajor=" + major, "gitMinor=" + minor} {
		versions += " -X k8s.io/component-base/version." + v
	}
	sums, err := os.ReadFile(filepath.Join(module, "go.sum"))
	if err != nil {
		return "", err
	}
	key := sha256.Sum256(fmt.Appendf(sums, "%s %s %v %s", runtime.Version(), Version, built, compiled))
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	lock, err := os.Create(filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	name := "programs-" + hex.EncodeToString(key[:8])
	dir := filepath.Join(cache, name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	started := time.Now()
	fmt.Printf("building %s %s\n", strings.Join(built, ", "), Version)
	old, _ := filepath.Glob(filepath.Join(cache, "programs-*"))
	for _, o := range old {
		os.RemoveAll(o)
	}
	partial := filepath.Join(cache, "partial")
	os.RemoveAll(partial)
	args := []string{"build", compiled, "-ldflags", versions, "-o", partial + "/"}
	for _, p := range built {
		args = append(args, "k8s.io/kubernetes/cmd/"+p)
	}
	if err := os.Mkdir(partial, 0o755); err != nil {
		return "", err
	}
	if err := run(module, "go", args...); err != nil {
		return "", err
	}
	Time("built "+strings.Join(built, ", "), started)
	return dir, os.Rename(partial, dir)
}

// run runs a program, whose output is that of its failure.
func run(dir, program string, args ...string) error {
	c := exec.Command(program, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return nil
}

// Time prints how long a part of the tests took.
func Time(part string, since time.Time) {
	fmt.Printf("%s: %.1f s\n", part, time.Since(since).Seconds())
}
