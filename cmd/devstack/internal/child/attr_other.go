//go:build !linux

package child

import "syscall"

// attributes puts a child into its own process group, so that Ctrl-C reaches devstack alone. A child that must not
// outlive a killed devstack has to watch its stdin here.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
