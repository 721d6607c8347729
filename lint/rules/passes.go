// Package rules checks what a manifest means as a whole: mistakes that each
// block allows and that only their agreement, or the words of a script, show.
// Each rule has one code, one paragraph of documentation, and in the folder
// cases a manifest that breaks it and one that doesn't.
//
// A rule warns where a person who reads the manifest alone could tell that
// something is wrong. Where that takes a guess, it is silent.
package rules

import (
	"embed"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// pass is a walk over the manifest and the rules that it decides. It reports
// no others.
type pass struct {
	run   func(*manifest.Manifest) hcl.Diagnostics
	rules []*diag.Rule
}

// passes are in the order in which Check reports. A rule is in several where
// several places of a manifest can break it.
var passes = []pass{
	{unused, []*diag.Rule{ruleUnusedObject}},
	{literalCredentials, []*diag.Rule{ruleLiteralCredential}},
	{socketProbes, []*diag.Rule{ruleSocketProbe}},
	{openPorts, []*diag.Rule{ruleOpenPort}},
	{addresses, []*diag.Rule{ruleDeadAddress}},
	{ports, []*diag.Rule{
		ruleUndeclaredPort, ruleOtherPort, ruleUntoldPort, ruleUnheardPort,
	}},
	{placeholders, []*diag.Rule{rulePlaceholder}},
	{ofImages, []*diag.Rule{
		ruleMissingVariable, ruleRefusedVariable, ruleMisplacedData, ruleUnkeptData, ruleShownThough,
		ruleUnreadVariable, ruleForeignVolume, ruleSecondInit, ruleMissingCapability, ruleDroppedCapabilities,
		ruleAbsentConfig, ruleUnknownFlag, ruleStrayPath, ruleStrayProbe, ruleDefaultAccount,
	}},
	{healthTools, []*diag.Rule{ruleMissingInside}},
	{memoryTargets, []*diag.Rule{ruleMemoryTarget}},
	{guessedNumbers, []*diag.Rule{ruleGuessedNumber}},
	{deadActions, []*diag.Rule{ruleDeadAction}},
	{homeFolders, []*diag.Rule{ruleHomePath}},
	{scripts, []*diag.Rule{
		ruleEmptyValidation, ruleSwallowed, ruleStatusGrep, ruleSleepWait, ruleUnknownContainer,
		ruleUnpublishedPort, ruleDestructive, ruleCurlGlob, ruleUndeclaredTool, rulePrintOnly, ruleUnknownTag,
		ruleUnknownNetwork, ruleForeignSQL, ruleScriptCredential, ruleShownSecret, ruleVersionGrep,
		ruleHomePath, ruleEndlessWait, ruleHiddenStatus, ruleLogReadiness, ruleMissingInside, ruleChangesHost,
		ruleUncheckedStatus, rulePlaceholder, ruleEmptyComparison, ruleUntoldDestruction, ruleRepeatedInsert,
		ruleDeadTag, ruleOwnShell,
	}},
	{unknownImages, []*diag.Rule{ruleUnknownImage}},
	{restarts, []*diag.Rule{ruleNoRestart}},
}

//go:embed cases
var cases embed.FS

func init() { diag.AddCases(cases) }

// Check runs every rule. The order of the result is the order of the passes,
// and within one the model's.
func Check(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range passes {
		diags = append(diags, p.run(m)...)
	}
	return diags
}
