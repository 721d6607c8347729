package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleUnknownImage = diag.Advice("OG842", "Unknown image",
		"A service's default protection follows from what is known about its image. A service with an unknown image runs with Compose's defaults: Docker's default capabilities, privilege escalation allowed, and no process limit. runtime { … } in the image states the facts or names a similar known image; harden { … } in the service sets the protection itself.")
	ruleNoRestart = diag.Advice("OG843", "Service without a restart policy",
		"Without a restart policy, Docker doesn't restart a container that exited, nor any container after a reboot. system { defaults { restart = \"unless-stopped\" } } sets the policy for all services; a service's own restart takes precedence.")
)

// unknownImages advises on images whose services get no protection.
func unknownImages(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[*manifest.Image]bool{}
	for _, s := range m.Services {
		h := s.Hardening
		if s.Image == nil || seen[s.Image] || h.Knowledge != manifest.Unknown || h.DropCaps || h.NoNewPrivileges || h.ReadOnly || h.User != "" || replaces(s) {
			continue
		}
		seen[s.Image] = true
		at := s.Image.At.Of("pull", s.Image.At.Of("tag", s.Image.Range))
		diags = append(diags, ruleUnknownImage.At(at, "%s %s runs with Compose's defaults. %s", why(s.Image), s.Address, remedy(s)))
	}
	return diags
}

// replaces reports whether a service runs a different program than its image's,
// about which nothing is known.
func replaces(s *manifest.Service) bool {
	f := s.Running()
	return f != nil && f != s.Image.Facts
}

// why describes what is unknown about an image.
func why(i *manifest.Image) string {
	ref, known := images.Parse(i.Assumed())
	fam := images.FamilyOf(i.Assumed())
	switch {
	case i.Facts != nil:
		return fmt.Sprintf("It is not known which capabilities %s needs, so", i.Tag)
	case fam != nil && known && ref.Tag == "":
		return fmt.Sprintf("A digest alone doesn't show the version of %s, so", fam.Name)
	case fam != nil:
		return fmt.Sprintf("%s is not a known version, so", i.Tag)
	}
	return fmt.Sprintf("%s is not a known image, so", i.Tag)
}

// remedy suggests how to harden the services of an image.
func remedy(s *manifest.Service) string {
	ref, known := images.Parse(s.Image.Assumed())
	fam := images.FamilyOf(s.Image.Assumed())
	h := s.Hardening
	switch {
	case len(h.Undecided) > 0:
		return fmt.Sprintf("Its entrypoint probably needs %s, but this wasn't tested: try harden { drop_caps = true, cap_add = [%s] } in the service.", strings.Join(h.Undecided, ", "), quoted(h.Undecided))
	case h.Undecided != nil:
		return "It probably needs no capabilities, but this wasn't tested: try harden { drop_caps = true } in the service."
	case s.Image.Facts == nil && fam != nil && known && ref.Tag == "":
		return fmt.Sprintf("Write the tag before the digest: %s:TAG@%s.", fam.Match[0], ref.Digest)
	case s.Image.Facts == nil && fam != nil:
		return fmt.Sprintf("If it behaves like a known version, write runtime { like = \"%s:VERSION\" } in the image; otherwise write harden { … } in the service.", fam.Match[0])
	}
	return "State its requirements in the image, e.g. runtime { user = \"1000:1000\" }, or runtime { like = \"postgres:17\" } for a copy of a known image; or set the protection in the service, e.g. harden { drop_caps = true }."
}

// restarts reports long-running services without a restart policy.
func restarts(m *manifest.Manifest) hcl.Diagnostics {
	var lacking []*manifest.Service
	running := 0
	for _, s := range m.Services {
		if s.Oneshot {
			continue
		}
		running++
		if s.Restart.Policy == "" && s.ComposeKey("restart") == nil {
			lacking = append(lacking, s)
		}
	}
	const write = `Write system { defaults { restart = "unless-stopped" } }, `
	if len(lacking) == 0 {
		return nil
	}
	if len(lacking) == running && m.System != nil {
		return hcl.Diagnostics{ruleNoRestart.At(m.System.Range, "No service has a restart policy, so Docker doesn't restart them when they exit or after a reboot. "+write+`which applies to all services, or restart = "no" in a service that must stay stopped.`)}
	}
	var diags hcl.Diagnostics
	for _, s := range lacking {
		diags = append(diags, ruleNoRestart.At(s.Range, "%s has no restart policy, so Docker doesn't restart it when it exits or after a reboot. "+write+`or restart = "no" here if it must stay stopped.`, s.Address))
	}
	return diags
}
