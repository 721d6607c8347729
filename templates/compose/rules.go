package compose

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleName = diag.Error("OG401", "Invalid volume or network name",
		"The real names of volumes and networks start with a letter or digit, followed by at least one letter, digit, underscore, period or hyphen.")
	ruleText = diag.Error("OG402", "Invalid character in a container value",
		"Arguments, environment variables and paths of a process end at the character U+0000, so they cannot contain it.")
	ruleProfile = diag.Error("OG403", "Dependency outside the service's profiles",
		"A service depends on another one that is not enabled when only the first one's profiles are. Compose refuses such a file.")
)
