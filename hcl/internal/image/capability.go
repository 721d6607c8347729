package image

import (
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// capabilities are Linux's (capabilities(7)), without CAP_.
var capabilities = []string{"AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE",
	"DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD",
	"NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN",
	"SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG",
	"WAKE_ALARM"}

// KnownCapability reports whether Linux has a capability of that name, without CAP_; ALL counts as one.
func KnownCapability(name string) bool { return name == "ALL" || slices.Contains(capabilities, name) }

// CapabilityNames reads a list of capabilities, with or without CAP_ and in any case: sorted, unique,
// in upper case without CAP_. ALL is one of them. An unknown one is reported and left out. The result
// isn't nil.
func CapabilityNames(b *lang.Block, attr string) []string {
	out := []string{}
	for _, it := range b.Items(attr) {
		name := strings.TrimPrefix(strings.ToUpper(it.Value), "CAP_")
		if !KnownCapability(name) {
			hint := ""
			if s := b.Evaluation().Suggest(name, capabilities); s != "" {
				hint = " Did you mean \"" + s + "\"?"
			}
			b.Evaluation().Errorf(ruleCapability, it.Range, "%q is not a Linux capability.%s", it.Value, hint)
			continue
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
