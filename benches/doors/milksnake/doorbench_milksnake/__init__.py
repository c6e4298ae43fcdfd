"""One library behind every door: `_native`, which milksnake writes, has it as cffi has it."""
