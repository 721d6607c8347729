package dockerfile

import (
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// managers are the clean idioms of the package managers: downloads stay in
// cache mounts, so that they are neither fetched twice nor part of a layer.
// The packages follow the last word of the script.
var managers = map[string]struct {
	mounts []string
	script []string // joined by &&
}{
	"apt": {
		// Debian's images remove downloads after each installation.
		[]string{"type=cache,target=/var/cache/apt,sharing=locked", "type=cache,target=/var/lib/apt,sharing=locked"},
		[]string{
			"rm -f /etc/apt/apt.conf.d/docker-clean",
			"echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' >/etc/apt/apt.conf.d/keep-cache",
			"apt-get update",
			"DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends",
		},
	},
	"apk": {
		[]string{"type=cache,target=/etc/apk/cache,sharing=locked"},
		[]string{"apk add --update-cache"},
	},
	"pip": {
		[]string{"type=cache,target=/root/.cache/pip"},
		[]string{"pip install --cache-dir /root/.cache/pip --disable-pip-version-check"},
	},
	"npm": {
		[]string{"type=cache,target=/root/.npm"},
		[]string{"npm install --global --cache /root/.npm --no-audit --no-fund"},
	},
	"dnf": {
		[]string{"type=cache,target=/var/cache/dnf,sharing=locked"},
		[]string{"dnf install -y --nodocs --setopt=install_weak_deps=False --setopt=keepcache=True"},
	},
}

// packages makes the run step of a packages step.
func (w *writer) packages(do *manifest.Instruction) *manifest.Instruction {
	m := managers[do.Packages.Manager]
	script := strings.Join(m.script, and)
	for _, name := range do.Packages.Names {
		if !packageName(name) {
			w.diags = w.diags.Append(rulePackage.At(do.At.Of(do.Packages.Manager, do.Range),
				"%q doesn't name a package of %s. Write names, with a version where the package manager takes one, as in \"curl\" or \"requests==2.32.3\".", name, do.Packages.Manager))
			continue
		}
		if strings.ContainsAny(name, "<>!*~[]") {
			name = "'" + name + "'"
		}
		script += " " + name
	}
	c := *do
	c.Kind, c.Mounts = "run", m.mounts
	c.Command = &manifest.Command{Shell: script, Range: do.Range}
	return &c
}

// and is how the parts of a package script are joined: as BuildKit reads a
// line that is continued with an indented `&&`.
const and = "     && "

func packageName(s string) bool {
	for i := range len(s) {
		c := s[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 && c != '@' || strings.IndexByte("+._:=~<>!,@/[]^*-", c) < 0) {
			return false
		}
	}
	return s != ""
}
