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
	ruleForeignVolume = diag.Warning("OG852", "User that can't write to its volume",
		"A new named volume belongs to whom the image's folder belongs to. A container that is started as another user can't write there, unless the folder is open to all or the image is made for any user; it then exits, or runs in a loop. Leave the user to the image, or mount a folder of the host that belongs to the user.")
	ruleSecondInit = diag.Warning("OG853", "Init before an image's own",
		"Some images bring an init that must be process 1 (s6-overlay, runit, …). With init = true Docker's own takes that place, and the image refuses to start or doesn't stop its programs.")
	ruleMissingCapability = diag.Warning("OG854", "Capability that the image needs",
		"Docker gives a container fourteen capabilities. What an image needs beyond those, as a VPN needs NET_ADMIN, has to be added: harden { cap_add = […] } with a reason.")
	ruleDroppedCapabilities = diag.Advice("OG855", "Dropped capabilities that are thought to be needed",
		"An image that starts as root changes owners and becomes another user, which takes capabilities. Where the set was read from the sources alone and never tried, it decides nothing, so that drop_caps = true leaves none of it. The set is named here, to be tried.")
)

// volumeOwner looks for a stated user that can't write to a new volume.
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
		return hcl.Diagnostics{ruleForeignVolume.At(r.userAt(), "%s refuses to run as the user %s, and exits. Leave the user to the image.", r.s.Image.Tag, user)}
	}
	owner, known := r.f.VerifiedUID()
	uid, err := strconv.Atoi(name)
	if err != nil || !known || uid == 0 || uid == owner || worksAnew(r.f, user) {
		return nil
	}
	for _, i := range r.s.Instances {
		for _, v := range r.f.Volumes {
			for _, m := range i.Mounts {
				if m.Volume == nil || m.Volume.External || r.prepared[m.Volume] || m.ReadOnly || clean(m.Target) != v.Path || v.Open {
					continue
				}
				return hcl.Diagnostics{ruleForeignVolume.At(r.userAt(), "%s is started as %s, and its volume at %s (%s), when Docker makes it, belongs to the image's user %d: the container can't write there. Leave the user to the image, write %s, or mount a folder of the host that belongs to %s.",
					r.s.Address, user, m.Target, m.Range, owner, ownUser(r.f), user)}
			}
		}
	}
	return nil
}

// userAt is where the user stands.
func (r *running) userAt() hcl.Range { return r.s.Hardening.At.Of("user", r.s.Hardening.Range) }

// ownUser is how the image's own user is stated.
func ownUser(f *images.Facts) string {
	gid := ""
	if f.Becomes.GID != nil {
		gid = ":" + strconv.Itoa(*f.Becomes.GID)
	}
	return strconv.Quote(strconv.Itoa(*f.Becomes.UID) + gid)
}

// worksAnew says whether an image is known to write to new volumes as a user.
// Without a group a number has group 0.
func worksAnew(f *images.Facts, user string) bool {
	uid, gid, grouped := strings.Cut(user, ":")
	if !grouped {
		gid = "0"
	}
	return slices.ContainsFunc(f.RunsWithUser, func(r images.RunsAs) bool {
		u, g, _ := strings.Cut(r.User, ":")
		return r.FreshVolume && (u == uid || u == "any uid") && (u == uid || g == "gid" || g == gid)
	})
}

// initProcess looks for an init before one that must be process 1.
func (r *running) initProcess() hcl.Diagnostics {
	own := r.f.OwnInit
	if own == nil || !own.MustBePID || !r.s.Hardening.Init && r.s.ComposeKey("init") != true {
		return nil
	}
	if own.Name == "" {
		return hcl.Diagnostics{ruleSecondInit.At(r.s.Hardening.At.Of("init", r.s.Hardening.Range), "%s has a program that must be process 1: %s. With init = true it isn't. Leave init out.", r.s.Image.Tag, own.Note)}
	}
	return hcl.Diagnostics{ruleSecondInit.At(r.s.Hardening.At.Of("init", r.s.Hardening.Range), "%s starts %s, which must be process 1; with init = true Docker's init takes that place. Leave init out, or write init = false.", r.s.Image.Tag, own.Name)}
}

// dockerCapabilities are those that the engine gives a container by default.
var dockerCapabilities = []string{"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}

// missingCapabilities looks for what the image needs and doesn't get.
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
		diags = append(diags, ruleMissingCapability.At(r.s.Range, "%s needs %s, which Docker gives no container by default: it doesn't work. Write harden { cap_add = [%s], reason = \"…\" }.", r.s.Image.Tag, text.List(beyond), quoted(beyond)))
	}
	if len(dropped) > 0 {
		diags = append(diags, ruleDroppedCapabilities.At(h.At.Of("drop_caps", h.Range), "%s starts as root, and its entrypoint is thought to need %s, which %s drops. That wasn't tried: if the container fails on \"operation not permitted\", write cap_add = [%s].", r.s.Image.Tag, text.List(c.Minimum), r.s.Address, quoted(dropped)))
	}
	return diags
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strconv.Quote(w)
	}
	return strings.Join(out, ", ")
}
