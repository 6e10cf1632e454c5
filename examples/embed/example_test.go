package main

func Example() {
	main()
	// Output:
	// BIKE@main/2026-11-28/1 make  4  start 2026-11-26  due 2026-11-28
	// BIKE@main/2026-12-01/1 make  3  start 2026-11-29  due 2026-12-01
	// FRAME@main/2026-11-29/1 buy   3  start 2026-11-23  due 2026-11-30
	// WHEEL@main/2026-11-26/1 buy  10  start 2026-11-23  due 2026-11-26
	// WHEEL@main/2026-11-29/1 buy  10  start 2026-11-26  due 2026-11-29
	// SO-1 is on_time, promised for 2026-11-28
	// SO-2 is late, promised for 2026-12-02
	//   because BIKE@main waits for its components, then takes 2 working days: there on 2026-12-02
	//   because FRAME@main takes 7 working days and cannot start before today: there on 2026-11-30
}
