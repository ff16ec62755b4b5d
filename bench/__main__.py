"""All benchmarks, or those named: ``python -m bench [costs] [live]``. Ratios within one run: machines differ."""

import asyncio
import sys

from bench import costs
from bench.live import comparison

if __name__ == "__main__":
    wanted = sys.argv[1:] or ["costs", "live"]
    if "costs" in wanted:
        costs.main()
    if "live" in wanted:
        asyncio.run(comparison.main())
