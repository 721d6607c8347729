package rules

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// managedPython reports pip where the distribution manages its own Python.
func (w *stageWalk) managedPython(at hcl.Range) {
	if !managesPython(w.from) || slices.ContainsFunc(w.env, func(name string) bool {
		return name == "PATH" || strings.HasPrefix(name, "PIP_") || name == "VIRTUAL_ENV"
	}) {
		return
	}
	var installed bool // by the distribution
	for _, do := range w.steps {
		switch do := do.(type) {
		case *manifest.PackagesInstruction:
			installed = installed || (do.Manager == manifest.APT || do.Manager == manifest.APK) && slices.ContainsFunc(do.Names, func(n string) bool {
				return strings.HasPrefix(n, "python3") || strings.HasPrefix(n, "py3-")
			})
		case *manifest.RunInstruction:
			if script := runText(do); strings.Contains(script, "EXTERNALLY-MANAGED") || strings.Contains(script, "break-system-packages") || strings.Contains(script, "pip.conf") ||
				strings.Contains(script, "pyenv") || strings.Contains(script, "conda") {
				return
			} else if strings.Contains(script, "python3") || strings.Contains(script, "py3-pip") {
				installed = true
			}
		case *manifest.CopyInstruction:
			if slices.ContainsFunc(append([]string{do.Dest}, do.Src...), func(p string) bool {
				return strings.Contains(p, "python") || strings.Contains(p, "pip") || strings.Contains(p, "venv") || path.Clean("/"+p) == "/usr/local"
			}) {
				return
			}
		case *manifest.AddInstruction:
			return
		case *manifest.WorkdirInstruction, *manifest.UserInstruction, *manifest.EntrypointInstruction, *manifest.CmdInstruction,
			*manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction,
			*manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
		}
	}
	if installed {
		w.report(ruleManagedPython, at, "pip fails with \"externally-managed-environment\", because the Python of %s is managed by the distribution. Start from an image of python, use a virtual environment (python3 -m venv /venv && /venv/bin/pip install …), or install the distribution's packages.", w.from.ref)
	}
}

// managed are the releases, by name, whose Python is managed.
var managed = map[string][]string{
	"debian": {"bookworm", "trixie", "forky", "sid"},
	"ubuntu": {"lunar", "mantic", "noble", "oracular", "plucky", "questing"},
}

// managesPython reports whether an image is of a release whose Python is managed by the distribution.
func managesPython(from pulledImage) bool {
	family := from.family()
	ref, _, _ := strings.Cut(from.ref, "@")
	tag := strings.TrimPrefix(ref, repository(ref))
	tag = strings.TrimPrefix(tag, ":")
	name, _, _ := strings.Cut(tag, "-")
	if slices.Contains(managed[family], name) {
		return true
	}
	major, minor, _ := strings.Cut(name, ".")
	if at := strings.IndexByte(minor, '.'); at >= 0 {
		minor = minor[:at]
	}
	a, err := strconv.Atoi(major)
	b, err2 := strconv.Atoi(minor)
	switch family {
	case "debian":
		return err == nil && a >= 12
	case "ubuntu":
		return err == nil && err2 == nil && (a > 23 || a == 23 && b >= 4)
	case "alpine":
		return err == nil && err2 == nil && (a > 3 || a == 3 && b >= 19)
	}
	return false
}

// users are the names in /etc/passwd of base images: those of Debian's base-passwd with _apt and Ubuntu's
// own, of all versions of Alpine's alpine-baselayout, and of distroless.
var users = map[string][]string{
	"debian":     strings.Fields("root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats _apt nobody systemd-network systemd-timesync systemd-resolve messagebus syslog"),
	"ubuntu":     strings.Fields("root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats _apt nobody ubuntu systemd-network systemd-timesync systemd-resolve messagebus syslog"),
	"alpine":     strings.Fields("root bin daemon adm lp sync shutdown halt mail news uucp operator man postmaster cron ftp sshd at squid xfs games cyrus vpopmail ntp smmsp guest nobody"),
	"scratch":    {},
	"distroless": strings.Fields("root nobody nonroot"),
}

// userless are packages that create no users.
var userless = strings.Fields("bash bind-tools binutils build-base build-essential bzip2 ca-certificates cmake curl dumb-init file findutils g++ gcc gettext git gnupg grep gzip htop iproute2 iputils-ping jq less libc6-compat libpq-dev libpq5 libssl-dev libssl3 linux-headers locales make musl-dev nano net-tools netcat-openbsd openjdk-17-jre-headless openssl patch perl pkg-config procps python3 python3-pip python3-venv py3-pip rsync sed su-exec gosu tar tini tree tzdata unzip upx vim wget xz xz-utils zip zlib1g")

// knownUser reports a user by name that isn't in the image.
func (w *stageWalk) knownUser(at hcl.Range, user, what string) {
	name, _, _ := strings.Cut(user, ":")
	if name == "" || strings.Contains(name, "$") || name[0] >= '0' && name[0] <= '9' {
		return
	}
	known, distribution := users[w.from.family()]
	if slices.Contains(known, name) || name == "root" || w.from.facts == nil || w.from.facts.Becomes != nil && w.from.facts.Becomes.Name == name {
		return
	}
	made, creates, open := w.created()
	if open || slices.Contains(made, name) || creates && len(made) == 0 {
		return
	}
	near := text.Slip(name, made)
	switch {
	case near != "":
		w.report(ruleUnknownUser, at, "%s belongs to %q, but the user that a step creates is %q.", ofUser(what), name, near)
	case len(made) > 0 || !distribution || w.mentions(name):
	default:
		w.report(ruleUnknownUser, at, "%s belongs to %q, but %s has no such user and no step creates one. Use a number, such as 10001, or create the user in a run step above.", ofUser(what), name, w.from.ref)
	}
}

func ofUser(what string) string {
	if what == "The image" {
		return "The user of the image"
	}
	return "The owner of the files"
}

// created are the users that steps create, whether a step creates some without a name that can be read, and
// whether there may be others.
func (w *stageWalk) created() (names []string, creates, open bool) {
	for _, do := range w.steps {
		switch do := do.(type) {
		case *manifest.RunInstruction:
			script := runText(do)
			words := strings.FieldsFunc(script, func(r rune) bool { return strings.ContainsRune(" \t\n\\;&|()'\"", r) })
			for n, word := range words {
				switch base(word) {
				case "useradd", "adduser", "addgroup", "groupadd":
					creates = true
					names = append(names, operands(words[n+1:])...)
				}
			}
			open = open || strings.Contains(script, "/etc/passwd") || strings.Contains(script, "sysusers") || strings.Contains(script, ".sh") || do.Command != nil && do.Command.Exec != nil || creates && strings.Contains(script, "$")
		case *manifest.PackagesInstruction:
			if do.Manager != manifest.NPM && do.Manager != manifest.PIP {
				open = open || slices.ContainsFunc(do.Names, func(n string) bool {
					n, _, _ = strings.Cut(n, "=")
					return !slices.Contains(userless, n)
				})
			}
		case *manifest.CopyInstruction:
			open = open || intoPasswd(do.Dest)
		case *manifest.AddInstruction:
			open = open || intoPasswd(do.Dest)
		case *manifest.WorkdirInstruction, *manifest.UserInstruction, *manifest.EntrypointInstruction, *manifest.CmdInstruction,
			*manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction,
			*manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction, *manifest.OnbuildInstruction:
		}
	}
	return names, creates, open
}

// intoPasswd reports whether a copy to a path may contain /etc/passwd.
func intoPasswd(dest string) bool {
	dest = path.Clean("/" + dest)
	return dest == "/" || dest == "/etc" || dest == "/etc/passwd"
}

// operands are the words after the name of a command that may be its operands, up to the next command.
func operands(words []string) []string {
	var out []string
	for _, w := range words {
		if slices.Contains([]string{"useradd", "adduser", "addgroup", "groupadd", "mkdir", "chown", "install", "rm"}, base(w)) {
			break
		}
		if !strings.HasPrefix(w, "-") {
			out = append(out, w)
		}
	}
	return out
}

// mentions reports whether a script above has a word.
func (w *stageWalk) mentions(word string) bool {
	return slices.ContainsFunc(w.steps, func(do manifest.Instruction) bool {
		r, ok := do.(*manifest.RunInstruction)
		return ok && (strings.Contains(runText(r), word) || strings.Contains(runText(r), "apt") || strings.Contains(runText(r), "apk "))
	})
}

func runText(do *manifest.RunInstruction) string {
	if do.Command == nil {
		return ""
	}
	return do.Command.Shell + " " + strings.Join(do.Command.Exec, " ")
}
