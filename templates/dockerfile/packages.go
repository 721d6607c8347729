package dockerfile

import (
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// idiom is how a package manager is run: downloads stay in cache mounts, so that
// they are neither fetched twice nor part of a layer. The packages follow the last
// word of the script, whose parts are joined by &&.
func idiom(m manifest.PackageManager) (mounts, script []string) {
	switch m {
	case manifest.APT:
		// Debian's images remove downloads after each installation.
		return []string{"type=cache,target=/var/cache/apt,sharing=locked", "type=cache,target=/var/lib/apt,sharing=locked"},
			[]string{
				"rm -f /etc/apt/apt.conf.d/docker-clean",
				"echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' >/etc/apt/apt.conf.d/keep-cache",
				"apt-get update",
				"DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends",
			}
	case manifest.APK:
		return []string{"type=cache,target=/etc/apk/cache,sharing=locked"}, []string{"apk add --update-cache"}
	case manifest.PIP:
		return []string{"type=cache,target=/root/.cache/pip"},
			[]string{"pip install --cache-dir /root/.cache/pip --disable-pip-version-check"}
	case manifest.NPM:
		return []string{"type=cache,target=/root/.npm"}, []string{"npm install --global --cache /root/.npm --no-audit --no-fund"}
	case manifest.DNF:
		return []string{"type=cache,target=/var/cache/dnf,sharing=locked"},
			[]string{"dnf install -y --nodocs --setopt=install_weak_deps=False --setopt=keepcache=True"}
	}
	panic("dockerfile: no package manager: " + string(m))
}

// packages makes the run step of a packages step.
func (w *writer) packages(do *manifest.PackagesInstruction) *manifest.RunInstruction {
	mounts, parts := idiom(do.Manager)
	script := strings.Join(parts, and)
	for _, name := range do.Names {
		if !packageName(name) {
			w.diags = w.diags.Append(rulePackage.At(do.Of(string(do.Manager)),
				"%q is not a valid package name for %s. Write names, with a version if the package manager accepts one, as in \"curl\" or \"requests==2.32.3\".", name, do.Manager))
			continue
		}
		if strings.ContainsAny(name, "<>!*~[]") {
			name = "'" + name + "'"
		}
		script += " " + name
	}
	run := &manifest.RunInstruction{InstructionOrigin: do.InstructionOrigin, Mounts: mounts,
		Command: &manifest.Command{Shell: script, Range: do.Range}}
	w.packaged[run] = true
	return run
}

// and joins the parts of a package script: as lines continued with an indented `&&`.
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
