// Package rules checks a manifest as a whole: mistakes that are only visible
// across blocks, or in the words of a script. Each rule has one code, one
// paragraph of documentation, and in the directory cases a manifest that breaks
// it and one that doesn't.
//
// A rule warns if a person who reads only the manifest could tell that
// something is wrong. If that would be a guess, the rule is silent.
package rules

import (
	"embed"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// pass is a walk over the manifest and the rules that it checks. It reports no
// others.
type pass struct {
	run   func(*manifest.Manifest) hcl.Diagnostics
	rules []*diag.Rule
}

// passes are in the order of Check's reports. A rule is in several passes if
// several parts of a manifest can break it.
var passes = []pass{
	{unused, []*diag.Rule{ruleUnusedObject}},
	{literalCredentials, []*diag.Rule{ruleLiteralCredential}},
	{socketProbes, []*diag.Rule{ruleSocketProbe}},
	{openPorts, []*diag.Rule{ruleOpenPort}},
	{addresses, []*diag.Rule{ruleUnreachableAddress}},
	{withoutTLS, []*diag.Rule{ruleNoTLS}},
	{wrongServers, []*diag.Rule{ruleWrongServer}},
	{sharedNames, []*diag.Rule{ruleSharedName}},
	{apart, []*diag.Rule{ruleApart}},
	{samePorts, []*diag.Rule{ruleSamePort}},
	{hostControl, []*diag.Rule{ruleHostControl}},
	{ports, []*diag.Rule{
		ruleUndeclaredPort, rulePortConflict, ruleUnconfiguredPort, ruleNotListening,
	}},
	{placeholders, []*diag.Rule{rulePlaceholder}},
	{ofImages, []*diag.Rule{
		ruleMissingVariable, ruleRejectedVariable, ruleMisplacedData, ruleUnmountedData, ruleExposedSecret,
		ruleUnreadVariable, ruleVolumeOwner, ruleSecondInit, ruleMissingCapability, ruleDroppedCapabilities,
		ruleAbsentConfig, ruleUnknownFlag, ruleMisspelledMount, ruleUnknownPath, ruleDefaultAccount,
		ruleMisspelledVariable,
	}},
	{imageSteps, []*diag.Rule{ruleNoShell, ruleNeedsRoot, ruleUnknownUser, ruleManagedPython}},
	{imageFiles, []*diag.Rule{ruleAbsentProgram, ruleIgnoredCopy}},
	{stepOptions, []*diag.Rule{ruleOtherOption}},
	{stepPrograms, []*diag.Rule{ruleStepProgram}},
	{stageCopies, []*diag.Rule{ruleUnbuiltCopy}},
	{healthTools, []*diag.Rule{ruleMissingTool}},
	{memoryTargets, []*diag.Rule{ruleMemoryTarget}},
	{unmeasuredNumbers, []*diag.Rule{ruleUnmeasuredNumber}},
	{unneededActions, []*diag.Rule{ruleUnneededAction}},
	{alreadyTrue, []*diag.Rule{ruleAlreadyTrue}},
	{neverPass, []*diag.Rule{ruleNeverPasses}},
	{homeFolders, []*diag.Rule{ruleHomePath}},
	{scripts, []*diag.Rule{
		ruleEmptyValidation, ruleIgnoredFailure, ruleStatusGrep, ruleSleepWait, ruleUnknownContainer,
		ruleUnpublishedPort, ruleDestructive, ruleCurlGlob, ruleUndeclaredTool, rulePrintOnly, ruleUnknownTag,
		ruleUnknownNetwork, ruleSchemaMismatch, ruleScriptCredential, rulePrintedSecret, ruleVersionGrep,
		ruleHomePath, ruleEndlessWait, ruleHiddenStatus, ruleLogReadiness, ruleMissingTool, ruleChangesHost,
		ruleUncheckedStatus, rulePlaceholder, ruleEmptyComparison, ruleUndeclaredDestruction, ruleRepeatedInsert,
		ruleDeadTag, ruleNoLastingEffect, ruleNotInSh, ruleOtherInSh, ruleUnknownOption, ruleFormat,
		ruleNotExecutable, ruleNoSuchFile, ruleUnsetVariable, ruleBeforeStart, ruleOneOfSeveral,
		ruleUnreachableAddress, ruleScriptSQL, ruleOtherOption, ruleMisspelledProgram, ruleUnknownField,
	}},
	{unknownImages, []*diag.Rule{ruleUnknownImage}},
	{restarts, []*diag.Rule{ruleNoRestart}},
	{literalVariables, []*diag.Rule{ruleLiteralVariable}},
}

//go:embed cases
var cases embed.FS

func init() { diag.AddCases(cases) }

// Check runs every rule. The result is in the order of the passes, and within a
// pass in the model's order.
func Check(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range passes {
		diags = append(diags, p.run(m)...)
	}
	return diags
}
