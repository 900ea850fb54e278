"""The chat page, over Gradio: `app.build` makes it, `server.serve` serves it."""
