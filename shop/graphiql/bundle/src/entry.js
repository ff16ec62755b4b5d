// Nothing but this line: under hashed static file names a chunk that imports something from the entry would load the
// entry a second time, under its other name.
import('./app.jsx');
