package child

import "syscall"

// attributes puts a child into its own process group, so that Ctrl-C reaches devstack alone, and lets the kernel kill
// it when devstack dies by whatever cause.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
