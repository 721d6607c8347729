package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// services is a manifest with n services: chains of ten that wait for each other, every fourth with a volume, the
// others in part with replicas.
func services(n int) string {
	var b strings.Builder
	b.WriteString("system \"big\" {}\nimage \"app\" {\n  pull = \"registry.example.org/team/app:1.2.3\"\n}\ntarget \"kubernetes\" {\n  ingress {\n    domain = \"example.org\"\n  }\n}\n")
	for i := range n {
		fmt.Fprintf(&b, `service "s%d" {
  image = image.app
  env = {
    A = "%d"
    B = "on"
  }
  port "http" {
    container = 8080
  }
  resources {
    memory = "64MB"
    cpus   = 0.1
  }
  healthcheck {
    interval = "10s"
    http {
      port = "http"
    }
  }
  harden {
    user = "1000:1000"
  }
`, i, i)
		if i%10 > 0 {
			fmt.Fprintf(&b, "  depends_on = {\n    s%d = \"healthy\"\n  }\n", i-1)
		}
		switch {
		case i%4 == 0:
			fmt.Fprintf(&b, "  mount \"/data\" {\n    volume = volume.v%d\n  }\n}\nvolume \"v%d\" {}\n", i, i)
		case i%5 == 0:
			b.WriteString("  replicas = 2\n}\n")
		default:
			b.WriteString("}\n")
		}
	}
	return b.String()
}

// BenchmarkServices builds kits of 1,000 to 10,000 services for both targets, and reads that for Compose with
// `docker compose config`, each in a process of its own. It fails where a build of 10,000 takes more processor time
// than it may beside Compose's: twice for Compose, five times for Kubernetes, and where the time for Kubernetes grows
// faster than n^1.1. It requires docker-compose (v2) in PATH.
func BenchmarkServices(b *testing.B) {
	compose, err := exec.LookPath("docker-compose")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	bin := filepath.Join(dir, "omegagen")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	seconds := func(cwd, name string, args ...string) float64 {
		cmd := exec.Command(name, args...)
		cmd.Dir = cwd
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%.2000s", err, out)
		}
		return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}
	const least, most = 1000, 10_000
	took := map[string]map[int]float64{"compose": {}, "kubernetes": {}, "config": {}}
	for _, n := range []int{least, 3000, most} {
		in := filepath.Join(dir, fmt.Sprint(n))
		if err := os.Mkdir(in, 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(in, "main.hcl"), []byte(services(n)), 0o600); err != nil {
			b.Fatal(err)
		}
		for _, target := range []string{"compose", "kubernetes"} {
			took[target][n] = seconds(dir, bin, "build", in, "--target", target, "-o", in+"-"+target)
		}
		took["config"][n] = seconds(in+"-compose", compose, "config", "--quiet")
		b.Logf("%d services: Compose %.2f s, Kubernetes %.2f s, docker compose config %.2f s", n, took["compose"][n], took["kubernetes"][n], took["config"][n])
	}
	for target, limit := range map[string]float64{"compose": 2, "kubernetes": 5} {
		ratio := took[target][most] / took["config"][most]
		b.ReportMetric(ratio, target+"/config")
		if ratio > limit {
			b.Errorf("%s: build takes %.2f times as long as docker compose config, more than %g", target, ratio, limit)
		}
		exponent := math.Log(took[target][most]/took[target][least]) / math.Log(float64(most)/least)
		b.ReportMetric(exponent, target+"-exponent")
		if target == "kubernetes" && exponent > 1.1 {
			b.Errorf("%s: build grows with the number of services to the power of %.2f", target, exponent)
		}
	}
	b.ReportMetric(0, "ns/op")
}
