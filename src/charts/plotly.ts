/**
 * The custom Plotly bundle: the core brings the scatter trace, and nothing else is drawn here. Loaded lazily,
 * by `Figure` only.
 */
import Plotly from 'plotly.js/lib/core';

export default Plotly;
