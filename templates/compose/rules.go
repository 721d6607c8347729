package compose

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleName = diag.Error("OG401", "A name that the engine refuses",
		"The real names of volumes and networks begin with a letter or digit, followed by at least one letter, digit, underscore, full stop or hyphen.")
	ruleText = diag.Error("OG402", "A value that a container can't be given",
		"Arguments, environment variables and paths of a process end at the character U+0000.")
	ruleProfile = diag.Error("OG403", "A dependency outside the service's profiles",
		"A service depends on another one that Compose leaves out when only the first one's profiles are on. Compose refuses such a file.")
)
