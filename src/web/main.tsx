import { render } from 'preact';
import { App } from './app.tsx';
import { startTicking } from './clock.ts';
import { followAddress, route } from './router.ts';
import { fetchPage } from './routes.ts';
import { changedElsewhere, loadSession } from './session.ts';
import { followTabs } from './tabs.ts';
import { startTheme } from './theme.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/activity.css';

startTheme();
followAddress();
startTicking();
followTabs(changedElsewhere);
void loadSession();
// While the server tells who looks, what he most likely wants to see is on its way.
fetchPage(route.value.page);
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
