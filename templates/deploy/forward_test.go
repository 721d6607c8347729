//go:build unix

package deploy_test

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// reaching has actions that connect to published ports at once, and one that only does so inside of a pod.
const reaching = `
system "shop" {}
image "web" { pull = "nginx:1.27.5" }
service "web" {
  image    = image.web
  replicas = 2
  port "http" {
    container = 8080
    host      = 18080 + replica.index
  }
  harden { user = "10001:10001" }
}
artifact "look.sh" {
  template   = "look.tmpl"
  executable = true
  data       = { url = service.web.instances[1].url.http }
}
action "first" {
  precondition = service.web.started
  run          = "echo ${service.web.instances[0].url.http} >>reached"
}
action "second" {
  precondition = service.web.started
  run          = "echo ${service.web.instances[0].url.http} >>reached; sh look.sh >>reached"
}
action "inside" {
  precondition = service.web.started
  run          = "${service.web.instances[0].exec} curl http://127.0.0.1:18080/"
}
goal "default" { include = [action.first, action.second, action.inside] }
target "kubernetes" {}
`

// Scripts reach published ports at the address that they have on Compose: one forwarding for all of them, which ends with the run.
func TestClusterForward(t *testing.T) {
	inTwoShells(t, func(t *testing.T, shell string) {
		k := clusterKitOf(t, shell, reaching, nil, map[string]string{"look.tmpl": "#!/bin/sh\necho {{ .data.url }}\n"})
		k.world("denied", "create pods/portforward\ncreate pods/exec\n")
		contains(t, k.want(3, "--context", "prod"), "create pods/exec", "create pods/portforward")
		k.world("denied", "")
		k.world("replaced", "18081\n") // its pod goes away once
		k.want(0, "--context", "prod")
		mustEqual(t, "what was reached", strings.Count(k.read("reached"), "http://127.0.0.1:18080\n"), 2)
		mustEqual(t, "through a file of the kit", strings.Count(k.read("reached"), "http://127.0.0.1:18081\n"), 1)
		forwarded := strings.Split(strings.TrimSpace(k.saw("forwarded")), "\n")
		mustEqual(t, "forwardings", len(forwarded), 2)
		for n, want := range []string{"service/web-1 18080:8080", "service/web-2 18081:8080"} {
			contains(t, strings.Join(forwarded, "\n"), want)
			fields := strings.Fields(forwarded[n])
			pid, _ := strconv.Atoi(fields[len(fields)-1])
			for left := 100; syscall.Kill(pid, 0) == nil; left-- {
				if left == 0 {
					t.Fatalf("a forwarding outlives the run: %s", forwarded[n])
				}
				time.Sleep(50 * time.Millisecond)
			}
		}
		// What listens on the port isn't the service.
		k.world("taken", "18080\n")
		contains(t, k.want(1, "--from", "first"), "FAILED  first")
		contains(t, k.read(".omegagen/logs/first.log"), "The port 18080 of this machine is taken, so web-1 can't be reached there.")
		mustEqual(t, "what was reached", strings.Count(k.read("reached"), "http://127.0.0.1:18080\n"), 2)
		if inside := fmt.Sprint(k.saw("calls")); !strings.Contains(inside, "exec -i service/web-1 -- curl http://127.0.0.1:18080/") {
			t.Errorf("the pod wasn't asked:\n%s", inside)
		}
	})
}
