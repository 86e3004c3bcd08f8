import time

print(time.process_time() < 5, time.thread_time() < 5, time.perf_counter() > 0, time.monotonic() > 0)
print(0 < time.time() - 1_500_000_000, time.get_clock_info("monotonic").implementation)
