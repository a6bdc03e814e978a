// The portal's behaviours. Each file looks for its own data- attributes and does nothing without them.
import "./autosubmit.js";
import "./citations.js";
import "./composer.js";
import "./copy.js";
import "./dialog.js";
import "./live-search.js";
import "./menu.js";
import "./problems.js";
import "./scope.js";
import "./side.js";
import "./source.js";
import "./stream.js";
import "./tabs.js";
import "./theme.js";
import "./toast.js";
