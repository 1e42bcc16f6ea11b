// Package nvml reads NVIDIA cards through the library of their driver, which
// it looks for when it is asked to and never needs. All of the rules are plain
// Go on top of [Library]; one file, gonvml.go, brings go-nvml into a build for
// Linux with cgo and without the tag nonvml. Other builds have no Library and
// say so with [ErrNotBuiltIn].
//
// # Loading
//
// The functions of NVML are undefined symbols of the program, which the dynamic
// linker binds at their first call. A call before the library is there, or of a
// function that it lacks, ends the process, and no recover helps. So each file
// is opened on the side first, to see that it is a library and has the two
// functions everything needs; every other function is looked up once, under
// the versioned name that go-nvml will call, and one that is missing answers
// [FunctionNotFound] without being called.
//
// # Link modes
//
// A program that is told to bind all symbols at its start does not start
// without the driver: that is -z now, the default of gcc in some hardened
// distributions, or LD_BIND_NOW=1 in the environment. Lazy binding is the cure
// for the first:
//
//	go build -ldflags '-extldflags=-Wl,-z,lazy'
//
// or, where flags come from the environment, CGO_LDFLAGS=-Wl,-z,lazy behind
// them. musl knows no lazy binding: build with -tags nonvml there. A program
// that is linked statically cannot call into NVML either; it is told so, see
// [ErrStatic].
//
// # One process, one NVML
//
// The library, its number of users and the variables of go-nvml belong to the
// process. So all drivers share one instance: the first library that was found
// stays for the life of the process, and one lock guards start and shutdown. A
// program that uses go-nvml itself shares its variables: it should call its
// nvml.Init before a driver is opened or after it was closed, not meanwhile.
//
// An open driver keeps the cards initialised, which costs some watts at idle on
// cards without persistence mode. Nothing is ever changed on a card.
package nvml
