package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// processMemoryCounters is PROCESS_MEMORY_COUNTERS of psapi.h.
type processMemoryCounters struct {
	size, pageFaults                      uint32
	peakWorkingSet, workingSet            uintptr
	peakPagedPool, pagedPool              uintptr
	peakNonPagedPool, nonPagedPool        uintptr
	pagefileUsage, peakPagefileUsageBytes uintptr
}

var getProcessMemoryInfo = windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// peakBytes is the peak memory of this process so far; 0 if the system doesn't report it.
func peakBytes() int64 {
	var c processMemoryCounters
	c.size = uint32(unsafe.Sizeof(c))
	ok, _, _ := getProcessMemoryInfo.Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&c)), uintptr(c.size))
	if ok == 0 {
		return 0
	}
	return int64(c.peakWorkingSet)
}
