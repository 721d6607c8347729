package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleVolumeOwner = diag.Warning("OG852", "User can't write to the volume",
		"A new named volume gets the owner of the image's directory. A container that runs as a different user can't write there, unless the directory is writable for everyone or the image supports any user; it then exits or restarts in a loop. Keep the image's user, or mount a host directory that the user owns.")
	ruleSecondInit = diag.Warning("OG853", "Init process before the image's own",
		"Some images have an init process that must be PID 1 (s6-overlay, runit, …). With init = true, Docker's init takes PID 1, and the image refuses to start or doesn't stop its programs.")
	ruleMissingCapability = diag.Warning("OG854", "Missing capability",
		"Docker gives a container fourteen capabilities by default. If an image needs others, as a VPN needs NET_ADMIN, add them: harden { cap_add = […] } with a reason.")
	ruleDroppedCapabilities = diag.Advice("OG855", "Dropped capabilities that are probably required",
		"An image that starts as root, changes file owners and switches to another user requires capabilities. If the set was derived from the sources and never tested, it isn't used, so drop_caps = true drops all of it. The set is listed here so that you can test it.")
)

// volumeOwner reports a user that can't write to a new volume.
func (r *running) volumeOwner() hcl.Diagnostics {
	user := r.s.Hardening.User
	if u, ok := r.s.ComposeKey("user").(string); ok {
		user = u
	}
	name, _, _ := strings.Cut(user, ":")
	if user == "" || r.s.Image.Built() || r.anyKey("group_add", "userns_mode", "extends") {
		return nil
	}
	if slices.Contains(r.f.RefusedUsers, name) {
		return hcl.Diagnostics{ruleVolumeOwner.At(r.userAt(), "%s refuses to run as user %s and exits. Keep the image's user.", r.s.Image.Tag, user)}
	}
	owner, known := r.f.VerifiedUID()
	if b := r.f.Becomes; !known && b != nil && b.UID != nil && worksOnNewVolume(r.f, ownNumbers(r.f)) {
		owner, known = *b.UID, true // containers that run as this number are known to work
	}
	uid, err := strconv.Atoi(name)
	if err != nil || !known || uid == 0 || uid == owner || worksOnNewVolume(r.f, user) {
		return nil
	}
	for _, i := range r.s.Instances {
		for _, v := range r.f.Volumes {
			for _, m := range i.Mounts {
				if m.Volume == nil || m.Volume.External || r.prepared[m.Volume] || m.ReadOnly || clean(m.Target) != v.Path || v.Open {
					continue
				}
				return hcl.Diagnostics{ruleVolumeOwner.At(r.userAt(), "%s runs as user %s, but its volume at %s (%s) will belong to the image's user %d: the container can't write there. Keep the image's user, write %s, or mount a host directory that belongs to %s.",
					r.s.Address, user, m.Target, m.Range, owner, ownUser(r.f), user)}
			}
		}
	}
	return nil
}

// userAt is the range of the user.
func (r *running) userAt() hcl.Range { return r.s.Hardening.At.Of("user", r.s.Hardening.Range) }

// ownUser is the image's own user, as harden expects it.
func ownUser(f *images.Facts) string { return strconv.Quote(ownNumbers(f)) }

// ownNumbers are the image's own user and group: "472:0".
func ownNumbers(f *images.Facts) string {
	gid := ""
	if f.Becomes.GID != nil {
		gid = ":" + strconv.Itoa(*f.Becomes.GID)
	}
	return strconv.Itoa(*f.Becomes.UID) + gid
}

// worksOnNewVolume reports whether an image is known to write to new volumes as a
// user. A number without a group has group 0.
func worksOnNewVolume(f *images.Facts, user string) bool {
	uid, gid, grouped := strings.Cut(user, ":")
	if !grouped {
		gid = "0"
	}
	return slices.ContainsFunc(f.RunsWithUser, func(r images.RunsAs) bool {
		u, g, _ := strings.Cut(r.User, ":")
		return r.FreshVolume && (u == uid || u == "any uid") && (u == uid || g == "gid" || g == gid)
	})
}

// initProcess reports Docker's init before a program that must be PID 1.
func (r *running) initProcess() hcl.Diagnostics {
	own := r.f.OwnInit
	if own == nil || !own.MustBePID || !r.s.Hardening.Init && r.s.ComposeKey("init") != true {
		return nil
	}
	if own.Name == "" {
		return hcl.Diagnostics{ruleSecondInit.At(r.s.Hardening.At.Of("init", r.s.Hardening.Range), "%s has a program that must be PID 1: %s. With init = true it isn't. Remove init.", r.s.Image.Tag, own.Note)}
	}
	return hcl.Diagnostics{ruleSecondInit.At(r.s.Hardening.At.Of("init", r.s.Hardening.Range), "%s starts %s, which must be PID 1; with init = true, Docker's init takes PID 1. Remove init, or write init = false.", r.s.Image.Tag, own.Name)}
}

// dockerCapabilities are those that Docker grants by default.
var dockerCapabilities = []string{"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}

// missingCapabilities reports capabilities that the image needs and doesn't
// get.
func (r *running) missingCapabilities() hcl.Diagnostics {
	c, h := r.f.Capabilities, r.s.Hardening
	if c == nil || r.s.ComposeKey("privileged") != nil || r.s.Oneshot {
		return nil
	}
	given := slices.Clone(h.CapAdd)
	list, _ := r.s.ComposeKey("cap_add").([]any)
	for _, x := range list {
		if name, ok := x.(string); ok {
			given = append(given, strings.TrimPrefix(strings.ToUpper(name), "CAP_"))
		}
	}
	if slices.Contains(given, "ALL") {
		return nil
	}
	var beyond, dropped []string
	for _, n := range c.Minimum {
		switch {
		case slices.Contains(given, n):
		case slices.Contains(c.Beyond, n):
			beyond = append(beyond, n)
		case h.DropCaps && h.Undecided != nil && slices.Contains(dockerCapabilities, n):
			dropped = append(dropped, n)
		}
	}
	var diags hcl.Diagnostics
	if len(beyond) > 0 {
		diags = append(diags, ruleMissingCapability.At(r.s.Range, "%s requires %s, which Docker doesn't grant by default: it won't work. Write harden { cap_add = [%s], reason = \"…\" }.", r.s.Image.Tag, text.List(beyond), quoted(beyond)))
	}
	if len(dropped) > 0 {
		diags = append(diags, ruleDroppedCapabilities.At(h.At.Of("drop_caps", h.Range), "%s starts as root, and its entrypoint probably requires %s, which %s drops. This wasn't tested: if the container fails with \"operation not permitted\", write cap_add = [%s].", r.s.Image.Tag, text.List(c.Minimum), r.s.Address, quoted(dropped)))
	}
	return diags
}

func quoted(words []string) string { return strings.Join(text.Quoted(words), ", ") }
