"""Department adapters: datasets, training, evaluation, publishing. Nothing lives here yet; kb never imports it."""
